"""Entry of the worker process: `python -m builder.engine.worker`, started by `engine.kernel`.

The address to call and the key arrive on stdin as one line of JSON.
"""

import contextlib
import faulthandler
import gc
import json
import os
import sys
from multiprocessing.connection import Client

from builder.engine.messages import Failed
from builder.engine.worker.backend import import_keras
from builder.engine.worker.faults import JobError, fault_of
from builder.engine.worker.handlers import HANDLERS
from builder.engine.worker.loop import Loop
from builder.engine.worker.warm_up import warm_up

# Training leaves the processor to the window whenever both want it.
_NICENESS = 5


def main() -> int:
    line = sys.stdin.readline()
    if not line:
        return 1
    where = json.loads(line)
    warm = "--warm" in sys.argv[1:]
    faulthandler.enable()
    if warm and hasattr(os, "nice"):
        os.nice(_NICENESS)
    loop = Loop(Client(where["address"], authkey=bytes.fromhex(where["key"])), HANDLERS, warm=warm)
    loop.listen()
    # Four thousand modules are made now, and none of them is garbage.
    gc.disable()
    try:
        ready = import_keras()
    except JobError as error:
        loop.send(Failed(0, fault_of(error)))
        return 1
    # What was imported stays: searching it for garbage would cost an eighth of a second, often.
    gc.freeze()
    gc.enable()
    loop.send(ready)
    if warm:
        warm_up(lambda: loop.idle)
    loop.work()
    return 0


if __name__ == "__main__":
    code = main()
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    # TensorFlow's own clean-up at exit takes a second and may hang; there is nothing to save.
    os._exit(code)
