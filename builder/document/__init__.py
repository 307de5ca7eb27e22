"""The values: a project and all it is made of. No Qt, no Keras, no I/O."""
