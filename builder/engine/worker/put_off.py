"""Putting off imports: a module is found, and run only when something in it is asked for.

Unlike with `importlib.util.LazyLoader`, a look at what Python itself gives modules does not run
it: `inspect` asks all modules for their `__file__` when it searches for that of a function.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType


@contextmanager
def put_off(*names: str) -> Iterator[None]:
    """Modules of these names that are imported within the block wait; later all is as ever."""
    finder = _Finder(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder:
    """Finds the named modules where Python would."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._names:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Waiting(spec.loader)
        return spec


class _Waiting(Loader):
    """Runs a module when it is asked for a name that it does not have yet."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def exec_module(self, module: ModuleType) -> None:
        def run(name: str) -> object:
            if name.startswith("__") and name != "__all__":
                raise AttributeError(f"{module.__name__} has no {name} before it is run.")
            del module.__dict__["__getattr__"]
            self._loader.exec_module(module)
            return getattr(module, name)

        module.__dict__["__getattr__"] = run
