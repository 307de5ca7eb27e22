"""Graph to Python source, and where in that source each node stands."""
