"""Random projects, hostile strings and shipped networks: what is shown is what is exported."""
