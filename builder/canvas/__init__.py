"""The network on screen. Who comes here first brings Qt in, so Qt's own imports are set right here."""

from builder.canvas import imports

imports.restore()
