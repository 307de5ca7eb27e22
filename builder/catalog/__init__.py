"""What the installed Keras offers, as data. Made by the worker, loaded from resources."""
