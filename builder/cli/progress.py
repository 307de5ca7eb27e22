"""How a training goes, on a terminal: one live bar; in a log: one line per epoch."""

from typing import TYPE_CHECKING

from builder.cli.output import console, plain, scores_line
from builder.engine.messages import Batches, EpochEnded, RunStarted

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

# Columns of the terminal that the bar itself takes, and one score.
_BAR = 50
_SCORE = 20


class Progress:
    """Use it in a `with` block around a training. With `json` it keeps stdout free."""

    def __init__(self, *, json: bool = False) -> None:
        self._console = console(json=json)
        self._live = self._console.is_terminal
        self._silent = json and not self._live
        self._bars: Bars | None = None
        self._task: TaskID | None = None
        self._plan: RunStarted | None = None
        self._validation: dict[str, float | None] = {}

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_error: object) -> None:
        if self._bars is not None:
            self._bars.stop()

    def started(self, plan: RunStarted) -> None:
        self._plan = plan
        training, validation, test = plan.rows
        self.tell(
            f"Training on {plan.device}: {training:,} rows, {validation:,} for validation, "
            f"{test:,} for the test; {plan.epochs} epochs of {plan.batches_per_epoch} batches"
        )
        if self._live:
            from rich import progress

            self._bars = progress.Progress(
                progress.TextColumn("epoch {task.fields[epoch]}/{task.fields[epochs]}"),
                progress.TextColumn("batch {task.fields[batch]}/{task.fields[batches]}"),
                progress.BarColumn(bar_width=None),
                progress.TaskProgressColumn(),
                progress.TextColumn("{task.fields[scores]}", markup=False),
                progress.TimeRemainingColumn(compact=True),
                console=self._console,
                expand=True,
            )
            self._task = self._bars.add_task(
                "",
                total=plan.epochs * plan.batches_per_epoch,
                epoch=1,
                epochs=plan.epochs,
                batch=0,
                batches=plan.batches_per_epoch,
                scores="",
            )
            self._bars.start()

    def batches(self, event: Batches) -> None:
        if self._bars is None or self._plan is None or self._task is None:
            return
        done = event.first + max((len(points) for points in event.values.values()), default=0)
        latest = {name: points[-1] for name, points in event.values.items() if points}
        self._bars.update(
            self._task,
            completed=done,
            epoch=event.epoch + 1,
            batch=done - event.epoch * self._plan.batches_per_epoch,
            scores=scores_line({**latest, **self._validation}, self._room),
        )

    def epoch_ended(self, event: EpochEnded) -> None:
        self._validation = {k: v for k, v in event.logs.items() if k.startswith("val_")}
        if self._plan is not None and not self._live:
            line = scores_line(event.logs)
            self.tell(f"epoch {event.epoch + 1}/{self._plan.epochs}  {line}")

    @property
    def _room(self) -> int:
        """How many scores fit beside the bar."""
        return max(1, (self._console.width - _BAR) // _SCORE)

    def tell(self, text: str) -> None:
        """A line that stays, above the bar."""
        if not self._silent:
            self._console.print(plain(text), soft_wrap=True)
