"""Everything that runs Keras, and how to reach it: messages, the kernel, and the worker process."""
