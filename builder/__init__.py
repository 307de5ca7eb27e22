"""Keras Builder: build, train and export Keras networks by drag and drop."""

__version__ = "0.1.0"
