"""Runs inside the worker process: the only place that imports Keras, pandas and scikit-learn."""
