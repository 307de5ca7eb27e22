"""Projects as files for others: what the window and the command line both write."""
