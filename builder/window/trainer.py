"""The one that trains, evaluates and predicts for the window, in a worker process of its own.

Every event of the worker arrives on the kernel's thread and is handed to the GUI's thread by a
queued signal. After training the worker stays, model in memory, to evaluate and to predict; the
next training takes a fresh warm one.
"""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer

from builder.canvas.document import Document
from builder.catalog.spec import Catalog
from builder.codegen import CannotGenerate
from builder.document.plan import DataPlan
from builder.document.project import Project
from builder.engine import messages
from builder.engine.formats import ModelFormat
from builder.engine.messages import Event, Fault
from builder.storage.project_file import ProjectFileError
from builder.storage.runs import unwritten
from builder.window.chosen_run import ChosenRun
from builder.window.code_trust import CodeTrust
from builder.window.descriptions import Descriptions
from builder.window.requests import Requests
from builder.window.run_store import CurrentRun, RunFolders, RunStore
from builder.window.sparks import Sparks
from builder.window.training_news import TrainingNews
from builder.window.training_state import NO_DATA, TRAIN_FIRST, TrainingState
from builder.window.workers import Link, Pool, Workers

STOP_PATIENCE_MS = 10_000
CANCEL_PATIENCE_MS = 3_000

__all__ = ["NO_DATA", "TRAIN_FIRST", "Pool", "Trainer", "TrainingState"]


class Trainer(TrainingNews):
    """Starts, stops, evaluates and predicts; one thing at a time."""

    def __init__(
        self,
        document: Document,
        catalog: Catalog,
        pool: Pool,
        runs: RunStore | None = None,
        trust: CodeTrust | None = None,
    ) -> None:
        super().__init__()
        self._trust = trust or CodeTrust(document, catalog)
        self.document = document
        self.catalog = catalog
        self._workers = Workers(pool)
        self._chosen = ChosenRun(document, runs or RunFolders(catalog))
        self._state = TrainingState.IDLE
        self._requests = Requests(document, self._trust)
        self._descriptions = Descriptions()
        self._job = 0
        self._sparks: Sparks | None = None
        self._then: Callable[[], None] | None = None  # waits for the present job to be over
        self._patience = QTimer(self, singleShot=True, interval=STOP_PATIENCE_MS)
        self._patience.timeout.connect(self._say_overdue)
        self._cancelling = QTimer(self, singleShot=True, interval=CANCEL_PATIENCE_MS)
        self._cancelling.timeout.connect(self._kill_export)
        self._workers.said.connect(self._receive)
        self._workers.said_beside.connect(self._receive_beside)
        self._workers.gone.connect(self._fail_descriptions)
        self._workers.printed.connect(self.log)
        document.changed.connect(self._follow)

    # --- what it is at

    @property
    def state(self) -> TrainingState:
        return self._state

    @property
    def run(self) -> CurrentRun | None:
        """The run that Evaluate, Predict and Export use: this session's, else the newest kept."""
        return self._chosen.run

    @property
    def under_way(self) -> Path | None:
        """The folder of the run that is training."""
        return self._chosen.under_way

    @property
    def has_model(self) -> bool:
        return self._chosen.usable

    @property
    def can_ask(self) -> bool:
        """Whether there is a model to evaluate and predict with: trained, or imported weights."""
        plan = self.document.project
        return self.has_model or bool(plan.training.start and plan.data.source is not None)

    def run_note(self) -> str:
        """A sentence when the network is no longer the one that was trained, else nothing."""
        return self._chosen.note()

    def use_run(self, folder: Path) -> str:
        """Make a kept run the one to evaluate, predict with and export. Returns why not, or ''."""
        if self._state is not TrainingState.IDLE:
            return "Wait until the present job is over, then choose another run."
        if not self._chosen.use(folder):
            return f"The run {folder.name} has no model that can be used."
        self.run_changed.emit()
        return ""

    def forget_runs(self, folders: Collection[Path]) -> None:
        """Some run folders are gone."""
        if self._chosen.forget(folders):
            self.run_changed.emit()

    # --- what one can ask for

    def train(self, epochs: int | None = None) -> None:
        """Train the project as it is now. While something runs it is refused with a sentence."""
        if self._refuse_when_busy("training"):
            return
        project = self.document.project
        if project.data.source is None:
            self.failed.emit(Fault(NO_DATA))
            return
        if self._refuse_code(project):
            return
        try:
            folder = self._chosen.begin(project)
        except (OSError, ProjectFileError) as error:
            self.failed.emit(Fault(unwritten(error)))
            return
        except CannotGenerate as error:
            self.failed.emit(Fault(error.message, error.node))
            return
        self._sparks = Sparks(project.graph)
        self._set_state(TrainingState.STARTING)
        self.run_changed.emit()
        request = self._requests.train(folder, epochs)
        self._job = request.id
        self._workers.ask_fresh(request)

    def start_ready(self) -> bool:
        """Make a run of imported weights, trained no further, where there is no other to ask.

        False when there was nothing to make.
        """
        if self._state is not TrainingState.IDLE or self.has_model or not self.can_ask:
            return False
        self.train(epochs=0)
        return self._state is not TrainingState.IDLE

    def stop(self) -> None:
        """End training after its present batch; the model is kept."""
        if self._state in (TrainingState.STARTING, TrainingState.RUNNING):
            self._set_state(TrainingState.STOPPING)
            self._workers.stop_job(self._job)
            self._patience.start()

    def kill(self) -> None:
        """End the worker at once. A training under way leaves no model."""
        if self._state is TrainingState.IDLE:
            return
        training = self._state.training
        # No grace: a worker that still saved its model would make the run's record untrue.
        self.close_worker(grace=0.0)
        if training:
            self._lose_run("The training was ended before its batch was over; no model was kept.")
        else:
            self._then = None
            self._set_state(TrainingState.IDLE)

    def evaluate(self) -> None:
        """Score the latest run's model on the test rows."""
        if self.start_ready():
            self._then = self.evaluate
        elif (run := self._model_for("evaluation")) is not None:
            self._start(TrainingState.EVALUATING, self._requests.evaluate(run))

    def predict(self, rows: Mapping[str, list[Any]]) -> None:
        """Predict rows typed in by hand. While one prediction runs, only the newest waits."""
        if self._state is TrainingState.PREDICTING:
            self._then = partial(self.predict, rows)
        elif (run := self._model_for("prediction")) is not None:
            self._start(TrainingState.PREDICTING, self._requests.predict(run, rows))

    def predict_file(self, source: Path, output: Path) -> None:
        """Predict every row of a CSV or .npy file and write a CSV."""
        if (run := self._model_for("prediction")) is not None:
            self._start(TrainingState.PREDICTING, self._requests.predict_file(run, source, output))

    def export(self, format_: ModelFormat, output: Path, run: Path | None) -> None:
        """Have the worker write the project's model, with a run's weights if given."""
        if not self._refuse_when_busy("export"):
            self._start(TrainingState.EXPORTING, self._requests.export(format_, output, run))

    def cancel_export(self) -> None:
        """End an export; `export_cancelled` follows, within three seconds."""
        if self._state is TrainingState.EXPORTING:
            self._workers.ask(messages.Stop(self._job))
            self._cancelling.start()

    def list_formats(self) -> None:
        """Ask which formats miss a package. Who is busy is not asked; nothing is said then."""
        if self._state is TrainingState.IDLE:
            self._workers.ask(self._requests.list_formats())

    def describe(self, plan: DataPlan) -> int:
        """Ask what is in the data. The answer comes by `described` and carries this number."""
        request = self._requests.describe(plan)
        # A worker at a job is not asked: if it has died, its death has yet to end that job.
        idle = self._state is TrainingState.IDLE
        ask = self._workers.ask if idle else self._workers.ask_beside
        self._descriptions.ask(request, ask)
        return request.id

    def close_worker(self, grace: float = 0.2) -> None:
        """Give the worker up: with the window, or for another backend. `grace` is in seconds."""
        self._patience.stop()
        self._cancelling.stop()
        self._workers.close(grace)

    # --- what the worker says

    def _receive(self, event: Event) -> None:
        """An event of the present worker, on the GUI's thread."""
        match event:
            case messages.RunStarted():
                if self._state is TrainingState.STARTING:
                    self._set_state(TrainingState.RUNNING)
                self.started.emit(event)
            case messages.Batches():
                self.batches.emit(event)
                self._show_sparks(event.values)
            case messages.EpochEnded():
                self.epoch_ended.emit(event)
            case messages.RunEnded():
                self._patience.stop()
                self._chosen.keep()
                self._set_state(TrainingState.IDLE)
                self.run_ended.emit(event)
                self.run_changed.emit()
                self._go_on()
            case messages.Evaluated():
                self._set_state(TrainingState.IDLE)
                self.evaluated.emit(event)
            case messages.Predicted():
                self._set_state(TrainingState.IDLE)
                self.predicted.emit(event)
                self._go_on()
            case messages.ExportStage():
                self.export_stage.emit(event.text)
            case messages.Exported():
                self._end_export()
                self.exported.emit(event)
            case messages.Cancelled():
                self._end_export()
                self.export_cancelled.emit()
            case messages.FormatsListed():
                self.formats_listed.emit(event)
            case messages.Described():
                self._descriptions.close(event.id)
                self.described.emit(event)
            case messages.Failed():
                self._fail(event)
            case messages.WorkerDied():
                self._bury(event)

    def _receive_beside(self, event: Event) -> None:
        """An event of the worker that reads data while the present one is at a job."""
        if isinstance(event, messages.WorkerDied):
            self._fail_descriptions(self._workers.beside, event.message)
            self._workers.drop_beside()
        elif isinstance(event, messages.Described | messages.Failed):
            self._receive(event)

    def _fail(self, event: messages.Failed) -> None:
        if self._descriptions.close(event.id):
            self.describe_failed.emit(event.id, event.fault)
            return
        if event.id != self._job:
            self.log.emit(event.fault.message)
        elif self._state.training:
            self._lose_run(event.fault.message, event.fault)
        else:
            self._give_up(event.fault)

    def _bury(self, event: messages.WorkerDied) -> None:
        was = self._state
        self._fail_descriptions(self._workers.present, event.message)
        self.close_worker()
        if was is TrainingState.IDLE:
            self.log.emit(event.message)
        elif was.training:
            self._lose_run(f"Training ended before it was done. {event.message}")
        else:
            self._give_up(Fault(f"{was.value.capitalize()} did not finish. {event.message}"))

    def _lose_run(self, message: str, fault: Fault | None = None) -> None:
        """Training ended without a model: mark the run, say so, be ready for the next."""
        try:
            self._chosen.lose(message)
        except OSError as error:
            self.log.emit(f"The run could not be marked as failed: {error}")
        self._give_up(fault or Fault(message))
        self.run_changed.emit()

    def _give_up(self, fault: Fault) -> None:
        """The job failed, and what waited for it is not done either."""
        self._patience.stop()
        self._cancelling.stop()
        self._then = None
        self.failed.emit(fault)
        self._set_state(TrainingState.IDLE)

    # --- inner parts

    def _start(
        self, state: TrainingState, request: messages.Evaluate | messages.Predict | messages.Export
    ) -> None:
        """Ask the present worker for something that only one can be busy with."""
        self._set_state(state)
        self._job = request.id
        self._workers.ask(request)

    def _fail_descriptions(self, link: Link | None, message: str) -> None:
        """Those that were asked of a worker which answers no more."""
        for number in self._descriptions.lose(link):
            self.describe_failed.emit(number, Fault(message))

    def _model_for(self, purpose: str) -> CurrentRun | None:
        if self._refuse_when_busy(purpose):
            return None
        if self.run is None or not self.run.usable:
            self.refused.emit(TRAIN_FIRST)
            return None
        if self._refuse_code(self.run.project):
            return None
        return self.run

    def _refuse_code(self, project: Project) -> bool:
        sentence = self._trust.refusal(project)
        if sentence:
            self.refused.emit(sentence)
        return bool(sentence)

    def _go_on(self) -> None:
        """Do what waited for the job that is over."""
        then, self._then = self._then, None
        if then is not None:
            then()

    def _refuse_when_busy(self, purpose: str) -> bool:
        if self._state is TrainingState.IDLE:
            return False
        self.refused.emit(self._state.refusal(purpose))
        return True

    def _show_sparks(self, values: Mapping[str, list[float | None]]) -> None:
        if self._sparks is not None:
            for node, losses, text in self._sparks.add(values):
                self.progress.emit(node, losses, text)

    def _end_export(self) -> None:
        self._cancelling.stop()
        self._set_state(TrainingState.IDLE)

    def _kill_export(self) -> None:
        """A converter that does not look up is ended; what it made was not in its place yet."""
        if self._state is TrainingState.EXPORTING:
            self.kill()
            self.export_cancelled.emit()

    def _say_overdue(self) -> None:
        if self._state is TrainingState.STOPPING:
            self.stop_overdue.emit()

    def _follow(self, old: Project, new: Project) -> None:
        """Another project was opened when nothing leads back: its runs are others."""
        if old.backend != new.backend and self._state is TrainingState.IDLE:
            self.close_worker()
        if self.document.undo_title is None and self.document.redo_title is None:
            self._chosen.clear()
            self._sparks = None
            self.stop()  # its run keeps the model
            self.project_replaced.emit()
            self.run_changed.emit()

    def _set_state(self, state: TrainingState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)
