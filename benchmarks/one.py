"""Runs one benchmark in this process: `python -m benchmarks.one NAME FILE` writes its figures."""

import os
import sys
from importlib import import_module
from pathlib import Path

import msgspec


def main(name: str, output: Path) -> None:
    measures = list(import_module(f"benchmarks.bench_{name}").run())
    output.write_bytes(msgspec.json.encode(measures))
    # A benchmark may leave a Qt application behind; its end is not what is measured.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
