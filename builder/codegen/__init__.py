"""From a graph to Python source: the one translation, which shapes, training and export share."""

from builder.codegen.fragments import Fragment, fragment
from builder.codegen.module import Module, generate
from builder.codegen.refusal import CannotGenerate

__all__ = ["CannotGenerate", "Fragment", "Module", "fragment", "generate"]
