"""What the trainer tells the window, as signals on the GUI's thread."""

from PySide6.QtCore import QObject, Signal


class TrainingNews(QObject):
    """What became of what one asked for.

    Signals:
        state_changed(TrainingState): what it is busy with is another.
        project_replaced(): another project was opened; what was shown of the last one is over.
        run_changed(): the run that Evaluate and Predict use is another one, or has a model now.
        started(RunStarted), batches(Batches), epoch_ended(EpochEnded), run_ended(RunEnded),
        evaluated(Evaluated), predicted(Predicted), described(Described), exported(Exported):
            the worker's events, as they are.
        export_stage(str): what an export is at. export_cancelled(): it is over, nothing changed.
        formats_listed(FormatsListed): which formats miss a package.
        describe_failed(int, Fault): the description with this number could not be made.
        progress(node, losses, text): the loss so far of one Output node, for its sparkline.
        failed(Fault): what was asked for could not be done. While it is told, `state` is still
            what failed; IDLE means that a training could not even be begun.
        refused(str): it was not even begun; the sentence says why. What runs goes on.
        stop_overdue(): ten seconds after Stop the batch is still not over; offer `kill`.
        log(str): a line that a worker printed.
    """

    state_changed = Signal(object)
    project_replaced = Signal()
    run_changed = Signal()
    started = Signal(object)
    batches = Signal(object)
    epoch_ended = Signal(object)
    run_ended = Signal(object)
    evaluated = Signal(object)
    predicted = Signal(object)
    described = Signal(object)
    describe_failed = Signal(int, object)
    exported = Signal(object)
    export_stage = Signal(str)
    export_cancelled = Signal()
    formats_listed = Signal(object)
    progress = Signal(str, object, str)
    failed = Signal(object)
    refused = Signal(str)
    stop_overdue = Signal()
    log = Signal(str)
