"""Training through a worker that streams every batch, against the exported script on its own.

Both train the digits example in turns, in processes that stay, and the time of every epoch but
the first (which compiles) counts. The script shows Keras's own progress bar, as its user sees it.
"""

import queue
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import IO, TypeVar

from msgspec.structs import replace

from benchmarks import Measure
from builder.catalog.load import load_catalog
from builder.codegen import generate
from builder.document.project import Project
from builder.engine.kernel import Worker
from builder.engine.messages import (
    Batches,
    EpochEnded,
    Event,
    Failed,
    Ready,
    RunEnded,
    RunStarted,
    Train,
    WorkerDied,
)
from builder.resources import resource
from builder.storage.project_file import load
from builder.storage.runs import create_run

Kind = TypeVar("Kind", bound=Event)

TURNS = 5
EPOCHS = 13
PATIENCE = 300.0

_SCRIPT = """
import sys, time, keras, model as m

class Clock(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.perf_counter()
    def on_epoch_end(self, epoch, logs=None):
        seconds.append(time.perf_counter() - self.began)

for line in sys.stdin:
    seconds = []
    keras.utils.set_random_seed(m.SEED)
    net = m.build_model()
    m.train(net, m.load_data(), epochs=int(line), callbacks=[Clock()])
    print("SECONDS", *seconds, file=sys.stderr, flush=True)
"""


def run() -> Iterable[Measure]:
    project = _without_early_stop(load(resource("examples", "digits.knet")))
    module = generate(project, load_catalog())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "model.py").write_text(module.source, encoding="utf-8")
        heard: queue.SimpleQueue[Event] = queue.SimpleQueue()
        worker = Worker(heard.put)
        worker.start()
        script = subprocess.Popen(
            [sys.executable, "-c", _SCRIPT],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert script.stdin is not None
        assert script.stderr is not None
        alone: list[float] = []
        streamed: list[float] = []
        try:
            _wait(heard, Ready)
            for turn in range(TURNS):
                alone.append(median(_trained_alone(script.stdin, script.stderr)[1:]))
                run_folder = create_run(project, module, folder / "digits.knet")
                worker.send(Train(turn, str(run_folder), EPOCHS))
                streamed.append(median(_trained_streaming(heard)[1:]))
        finally:
            script.kill()
            script.wait()
            worker.stop()
    ratio = median(one / other for one, other in zip(alone, streamed, strict=True))
    yield Measure(
        "epoch of digits, every batch streamed",
        median(streamed) * 1000,
        "ms",
        against=median(alone) * 1000,
        against_name="exported script alone",
    )
    yield Measure("throughput against the script alone", ratio, "x", 0.98, at_least=True)


def _without_early_stop(project: Project) -> Project:
    """Every turn takes the same number of epochs."""
    return replace(project, training=replace(project.training, callbacks=()))


def _trained_alone(asking: IO[str], answers: IO[str]) -> list[float]:
    asking.write(f"{EPOCHS}\n")
    asking.flush()
    for line in answers:
        if line.startswith("SECONDS"):
            return [float(number) for number in line.split()[1:]]
    raise RuntimeError("the exported script ended without a time")


def _trained_streaming(heard: "queue.SimpleQueue[Event]") -> list[float]:
    """Seconds by epoch; every batch must have been told."""
    started = _wait(heard, RunStarted)
    seconds: list[float] = []
    points = 0
    while True:
        match event := _next(heard):
            case Batches():
                points += len(event.values["loss"])
            case EpochEnded():
                seconds.append(event.seconds)
            case RunEnded():
                assert points == started.batches_per_epoch * started.epochs
                return seconds


def _wait(heard: "queue.SimpleQueue[Event]", kind: type[Kind]) -> Kind:
    while True:
        if isinstance(event := _next(heard), kind):
            return event


def _next(heard: "queue.SimpleQueue[Event]") -> Event:
    event = heard.get(timeout=PATIENCE)
    if isinstance(event, Failed | WorkerDied):
        raise RuntimeError(str(event))
    return event
