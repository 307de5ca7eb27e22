"""The panels that are made right after the first paint: those that load nothing heavy."""

from typing import TYPE_CHECKING

from builder.window.code_panel import CodePanel
from builder.window.inspector import Inspector
from builder.window.log_panel import LogPanel
from builder.window.outline import Outline
from builder.window.palette import Palette
from builder.window.problems_list import ProblemsList

if TYPE_CHECKING:
    from builder.window.main_window import MainWindow


def make_light_panels(window: "MainWindow") -> None:
    """Put palette, outline, inspector, problems, code and log into their pages, and connect them."""
    document, catalog, menus = window.document, window.catalog, window.menus
    palette = Palette(document.including(catalog))
    document.changed.connect(lambda *_: palette.offer(document.including(catalog)))
    palette.chosen.connect(window.view.append_layer)
    problems = ProblemsList(document, catalog)
    problems.chosen.connect(window.go_to)
    problems.refused.connect(window.warn)
    problems.data_wanted.connect(lambda: window.show_later("right.Data", focus=True))
    window.problems_shown.connect(problems.show_problems)
    inspector = Inspector(document, catalog)
    window.analysis_shown.connect(inspector.show_analysis)
    inspector.entering.connect(window.view.setFocus)
    outline = Outline(document, catalog)
    outline.chosen.connect(window.go_to)
    outline.mark_chosen.connect(window.go_to_mark)
    outline.refused.connect(window.warn)
    window.analysis_shown.connect(outline.show_analysis)
    menus.connect_to.triggered.connect(outline.commands.ask_what_to_feed)
    menus.disconnect_from.triggered.connect(outline.commands.ask_what_to_disconnect)
    code = CodePanel(document, catalog)
    menus.code.follow(code)
    window.files.unapplied = code
    log = LogPanel()
    window.logged.connect(log.add)
    window.analyst.log.connect(log.add)
    window.fulfil("left.Layers", palette)
    window.fulfil("bottom.Problems", problems)
    window.fulfil("right.Layer", inspector)
    window.fulfil("left.Outline", outline)
    window.fulfil("bottom.Code", code)
    window.fulfil("bottom.Log", log)
