"""Making the panels of a window after its first paint, one at a time, and joining them to it.

They need numpy and pyqtgraph, which take longer to load than everything before. Each is made in a
turn of the event loop of its own, so that the window answers in between.
"""

from collections.abc import Callable

from PySide6.QtCore import QTimer

from builder.window.main_window import MainWindow
from builder.window.trainer import Pool, Trainer, TrainingState

_PAGES = {
    **dict.fromkeys(TrainingState, "bottom.Training"),
    TrainingState.EVALUATING: "bottom.Results",
    TrainingState.PREDICTING: "bottom.Predict",
    TrainingState.EXPORTING: "",
}
"""Where it is said that what the trainer was at has failed."""


def furnish(window: MainWindow, pool: Pool, done: Callable[[], None]) -> Trainer:
    """Give a window its trainer at once, and its panels one by one; then call `done`."""
    trainer = Trainer(window.document, window.catalog, pool, trust=window.analyst.trust)
    _join(window, trainer)
    steps = iter(_steps(window, trainer, pool))

    def step() -> None:
        make = next(steps, None)
        if make is None:
            done()
            return
        make()
        QTimer.singleShot(0, window, step)

    QTimer.singleShot(0, window, step)
    return trainer


def _steps(window: MainWindow, trainer: Trainer, pool: Pool) -> tuple[Callable[[], None], ...]:
    document, catalog = window.document, window.catalog

    # Imported here because these modules load numpy and pyqtgraph.
    def data() -> None:
        from builder.window.data_panel import DataPanel

        window.fulfil("right.Data", DataPanel(document, trainer))

    def plan() -> None:
        from builder.window.plan_panel import TrainingPlanPanel

        window.fulfil("right.Training", TrainingPlanPanel(document, catalog))

    def training() -> None:
        from builder.window.training_panel import TrainingPanel

        panel = TrainingPanel(document, trainer)
        panel.evaluate_wanted.connect(window.run_actions.evaluate.trigger)
        panel.predict_wanted.connect(window.run_actions.predict.trigger)
        window.fulfil("bottom.Training", panel)

    def results() -> None:
        from builder.window.results_panel import ResultsPanel

        window.fulfil("bottom.Results", ResultsPanel(trainer))

    def predict() -> None:
        from builder.window.predict_panel import PredictPanel

        window.fulfil("bottom.Predict", PredictPanel(document, trainer))

    def export() -> None:
        from builder.window.export_dialog import export_actions
        from builder.window.exporter import Exporter

        exporter = Exporter(document, catalog, trainer, window.view)
        for action in export_actions(window.view, exporter, window.settings):
            if action is None:
                window.menus.export.addSeparator()
            else:
                window.menus.export.addAction(action)
        window.tools.use_chosen_keys()

    def imports() -> None:
        from builder.window.importer import Importer

        importer = Importer(window, window.files, window.banner, catalog, pool)
        window.menus.imports.addActions(importer.actions)
        window.model_dropped.connect(importer.read)
        window.closed.connect(importer.close)
        window.tools.use_chosen_keys()

    def runs() -> None:
        from builder.window.runs_panel import RunsPanel

        window.fulfil("bottom.Runs", RunsPanel(document, trainer))

    def speech() -> None:
        from builder.canvas.accessible import Announcer, install

        install()
        window.banner.said.connect(Announcer(window.view).refuse)

    return (data, plan, training, results, predict, runs, imports, export, speech)


def _join(window: MainWindow, trainer: Trainer) -> None:
    run = window.run_actions
    run.follow(trainer)
    trainer.log.connect(window.logged)
    trainer.failed.connect(lambda fault: window.show_fault(fault, _PAGES.get(trainer.state, "")))
    trainer.refused.connect(window.warn)
    trainer.progress.connect(window.scene.show_progress)
    trainer.project_replaced.connect(window.scene.forget_progress)
    trainer.described.connect(window.analyst.take_description)
    trainer.evaluated.connect(lambda _: window.show_later("bottom.Results"))

    def turn(state: TrainingState) -> None:
        window.toolbar.show_run(run.stop if state.training else run.train)

    trainer.state_changed.connect(turn)
