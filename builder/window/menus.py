"""The menu bar: every action of the window, with its shortcut beside it."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from builder.canvas.icons import dress
from builder.canvas.theme import ThemeName, apply_theme
from builder.catalog.spec import LayerSpec
from builder.storage.examples import list_examples
from builder.window.categories import by_category
from builder.window.code_actions import CodeActions

if TYPE_CHECKING:
    from builder.window.main_window import MainWindow

Key = QKeySequence.StandardKey
THEME = "theme"
LONGEST = 24  # entries of a menu that fits on a screen


class Menus(QObject):
    """The menus of a window: their titles at once, their entries when `fill` puts them there.

    Attributes:
        new, open, save: stand in the toolbar as well.
        imports: where a network can come from; empty until its dialogs are made.
        export: what the network can be written as; empty until its dialogs are made.
        examples: the projects that come along, each opened as a copy.
        themes: the entries of the Theme menu.
        connect_to, disconnect_from: join the selected layer to another, or part them; the outline
            does it.
        code: edits, applies and reverts the code; the code panel does it.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._bar = window.menuBar()
        self.imports = QMenu("Import", window)
        self.export = QMenu("Export", window)
        self.export.setToolTipsVisible(True)
        titles = ("&File", "&Edit", "&View", "&Insert", "M&odel", "&Run", "&Help")
        self._menus = {title: self._menu(title) for title in titles}
        files = window.files
        self.new = self._action(self, "&New", files.new, Key.New, "new")
        self.open = self._action(self, "&Open…", files.open, Key.Open, "open")
        self.save = self._action(self, "&Save", lambda: files.save(), Key.Save, "save")
        dress(window.run_actions.train, "play", "on_train")

    def fill(self) -> None:
        """Put the entries into the menus. The first paint, which shows titles, did without them."""
        self._fill_file()
        self._fill_edit()
        self._fill_view()
        self._fill_insert()
        self._fill_model()
        self._fill_run()
        self._fill_help()

    def toolbar_groups(self) -> list[list[QAction]]:
        """What the toolbar shows as well."""
        canvas = self._window.first_actions
        return [
            [self.new, self.open, self.save],
            [canvas.undo, canvas.redo],
            [canvas.tidy, canvas.fit],
        ]

    def first_steps(self) -> list[QPushButton]:
        """What an empty canvas offers besides the palette."""
        example = QPushButton("Open an example", autoDefault=False)
        example.setMenu(self.examples)
        data = QPushButton("Start from data", autoDefault=False)
        data.setToolTip("Choose a data set or a CSV file of your own, and draw a network for it")
        data.clicked.connect(lambda: self._window.show_later("right.Data", focus=True))
        return [example, data]

    # --- one menu each

    def _fill_file(self) -> None:
        files = self._window.files
        menu = self._menus["&File"]
        menu.addActions([self.new, self.open])
        self.recent = menu.addMenu("Open &recent")
        self.recent.aboutToShow.connect(self._fill_recent)
        self._fill_recent()
        examples = self.examples = menu.addMenu("Open &example")
        examples.setToolTipsVisible(True)
        for example in list_examples():
            action = self._add(examples, example.title, partial(files.open_example, example))
            action.setToolTip(example.about)
        menu.addSeparator()
        menu.addAction(self.save)
        self._add(menu, "Save &as…", lambda: files.save_as(), QKeySequence("Ctrl+Shift+S"))
        menu.addSeparator()
        menu.addMenu(self.imports)
        menu.addMenu(self.export)
        menu.addSeparator()
        quit_ = self._add(menu, "&Quit", self._window.close, QKeySequence("Ctrl+Q"))
        quit_.setMenuRole(QAction.MenuRole.QuitRole)

    def _fill_recent(self) -> None:
        files = self._window.files
        self.recent.clear()
        for path in files.recent.paths():
            action = self._add(
                self.recent,
                path.name.replace("&", "&&"),
                partial(files.open_path, path),
            )
            action.setToolTip(str(path))
        self.recent.setToolTipsVisible(True)
        if self.recent.isEmpty():
            self.recent.addAction("No recent files").setEnabled(False)
        else:
            self.recent.addSeparator()
            self._add(self.recent, "Clear this list", files.recent.clear)

    def _fill_edit(self) -> None:
        tools = self._window.tools
        menu = self._fill("&Edit", self._window.canvas_actions.edit_menu)
        menu.addSeparator()
        menu.addActions([tools.find, tools.find_next, tools.find_previous])
        menu.addSeparator()
        menu.addAction(tools.preferences)

    def _fill_view(self) -> None:
        window = self._window
        menu = self._fill("&View", window.canvas_actions.view_menu)
        menu.addSeparator()
        for dock in (window.left, window.right, window.bottom):
            action = dock.toggleViewAction()
            action.setText(dock.windowTitle())
            menu.addAction(action)
        pages = menu.addMenu("Show panel")
        docks = (window.left, window.right, window.bottom)
        every = [title for dock in docks for title in dock.titles()]
        for place, dock in enumerate(docks):
            if place:
                pages.addSeparator()
            for index, title in enumerate(dock.titles()):
                # "Training" is a page of two docks.
                where = f" ({dock.windowTitle().lower()})" if every.count(title) > 1 else ""
                self._add(pages, f"{title}{where}", partial(dock.show_at, index))
        menu.addActions([window.panes.next, window.panes.previous, window.panes.menu])
        menu.addAction(window.tools.palette)
        menu.addSeparator()
        themes = menu.addMenu("Theme")
        group = QActionGroup(self)
        self.themes: dict[ThemeName, QAction] = {}
        for name in get_args(ThemeName):
            action = self._add(themes, name.capitalize(), partial(self._theme, name))
            action.setCheckable(True)
            action.setChecked(window.settings.value(THEME, "system") == name)
            group.addAction(action)
            self.themes[name] = action

    def _fill_insert(self) -> None:
        window = self._window
        menu = self._fill("&Insert", window.canvas_actions.insert_menu)
        menu.addSeparator()
        for category, specs in by_category(window.catalog).items():
            inner = menu.addMenu(category)
            inner.setToolTipsVisible(True)
            # Filled when it is opened: 450 actions are not worth the time of the first paint.
            inner.aboutToShow.connect(partial(self._fill_layers, inner, specs))
        self._own = menu.addMenu("Custom")
        self._own.aboutToShow.connect(self._fill_own)
        window.document.changed.connect(lambda *_: self._offer_own())
        self._offer_own()

    def _offer_own(self) -> None:
        self._own.menuAction().setVisible(bool(self._window.document.project.custom))

    def _fill_own(self) -> None:
        """The layers of the project's own, which may be others each time."""
        self._own.clear()
        catalog = self._window.document.including(self._window.catalog)
        self._fill_layers(self._own, by_category(catalog).get("Custom", ()))

    def _fill_layers(self, menu: QMenu, specs: Sequence[LayerSpec]) -> None:
        if not menu.isEmpty():
            return
        common = [spec for spec in specs if spec.common] if len(specs) > LONGEST else []
        for spec in common or specs:
            append = partial(self._window.view.append_layer, spec.type)
            action = self._add(menu, spec.name, append)
            action.setToolTip(spec.summary)
        if common:
            rest = [spec for spec in specs if not spec.common]
            self._fill_layers(menu.addMenu(f"{len(rest)} more"), rest)

    def _fill_model(self) -> None:
        window = self._window
        menu = self._fill("M&odel", window.canvas_actions.model_menu)
        self.connect_to = QAction("Connect to…", menu)
        self.connect_to.setShortcut(QKeySequence("Ctrl+L"))
        self.disconnect_from = QAction("Disconnect from…", menu)
        self.disconnect_from.setShortcut(QKeySequence("Ctrl+Shift+L"))
        menu.addActions([self.connect_to, self.disconnect_from])
        menu.addAction(window.tools.turn)
        menu.addSeparator()
        custom = self._add(
            menu, "Custom layers…", window.tools.write_layers, QKeySequence("Ctrl+Alt+L")
        )
        custom.setToolTip("Write layers of this project's own in Python")
        self._add(menu, "Name and backend…", window.show_project)
        menu.addSeparator()
        self.code = CodeActions(window)
        menu.addActions([self.code.edit, self.code.apply, self.code.revert])

    def _fill_run(self) -> None:
        window, run = self._window, self._window.run_actions
        menu = self._menus["&Run"]
        dress(run.stop, "stop", "on_train")
        menu.addActions([run.train, run.stop])
        menu.addSeparator()
        menu.addActions([run.evaluate, run.predict])
        menu.addSeparator()
        self._add(menu, "Data…", lambda: window.show_later("right.Data", focus=True))
        self._add(menu, "Training plan…", lambda: window.show_later("right.Training", focus=True))
        self._add(menu, "Runs", lambda: window.show_later("bottom.Runs", focus=True))

    def _fill_help(self) -> None:
        menu = self._menus["&Help"]
        self._add(
            menu,
            "&Keyboard shortcuts",
            self._show_shortcuts,
            QKeySequence("F1"),
        )
        menu.addAction(self._window.tools.tour)
        about = self._add(menu, "&About Keras Builder", self._show_about)
        about.setMenuRole(QAction.MenuRole.AboutRole)

    # Imported when they are wanted: the first paint should not wait for them.

    def _show_shortcuts(self) -> None:
        from builder.window.help_dialogs import ShortcutsDialog

        ShortcutsDialog(self._window, self._bar).open()

    def _show_about(self) -> None:
        from builder.window.help_dialogs import AboutDialog

        AboutDialog(self._window, f"Keras {self._window.catalog.keras}").open()

    # --- inner parts

    def _menu(self, title: str) -> QMenu:
        menu = self._bar.addMenu(title)
        menu.setToolTipsVisible(True)
        return menu

    def _fill(self, title: str, actions: Iterable[QAction | None]) -> QMenu:
        menu = self._menus[title]
        for action in actions:
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        return menu

    def _add(
        self,
        menu: QMenu,
        text: str,
        act: Callable[[], object],
        key: QKeySequence | None = None,
    ) -> QAction:
        action = self._action(menu, text, act, key)
        menu.addAction(action)
        return action

    def _action(
        self,
        owner: QObject,
        text: str,
        act: Callable[[], object],
        key: Key | QKeySequence | None = None,
        icon: str = "",
    ) -> QAction:
        action = QAction(text, owner)
        # Qt hands a checked mark over that no command here wants.
        action.triggered.connect(lambda _checked=False: act())
        if key is not None:
            action.setShortcuts(key) if isinstance(key, Key) else action.setShortcut(key)
        if icon:
            dress(action, icon)
            action.setIconText(text.replace("&", "").rstrip("…"))
        return action

    def _theme(self, name: ThemeName) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            self._window.settings.setValue(THEME, name)
            apply_theme(app, name)
