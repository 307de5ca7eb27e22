"""What a job in the worker may touch: where its events go, and whether it should end."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from builder.engine.messages import Event


@dataclass(frozen=True)
class Context:
    """Given to every handler together with its request.

    `send` may be called from any thread and never raises: once the window is gone, events go
    nowhere. `stopping` is set when the user stops this very request, when a newer request of its
    kind makes it pointless, or when the process has to end; a long job looks at it often and ends
    early with what it has. `warm` says that the process has been warmed up for training.
    """

    send: Callable[[Event], None]
    stopping: threading.Event = field(default_factory=threading.Event)
    warm: bool = False
