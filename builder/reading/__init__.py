"""What others wrote as a project: Keras's own JSON and Python source. Pure; nothing is ever run."""
