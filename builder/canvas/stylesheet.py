"""The look of every widget: a palette and one style sheet, made from a theme.

Widgets ask for what they are with an object name or a dynamic property, never with colours of
their own: `train` (the one loud button), `secondary`, `faint`, `heading`, `mono` for labels,
`primary`, `quiet` and `link` for buttons: `label.setProperty("kind", "secondary")`.
"""

from string import Template

from PySide6.QtGui import QColor, QPalette

from builder.canvas.theme import Theme
from builder.resources import resource


def palette(theme: Theme) -> QPalette:
    """The palette for all that the style sheet does not reach."""
    role = QPalette.ColorRole
    result = QPalette()
    for which, value in (
        (role.Window, theme.panel),
        (role.WindowText, theme.text),
        (role.Base, theme.panel),
        (role.AlternateBase, theme.field),
        (role.Text, theme.text),
        (role.PlaceholderText, theme.secondary),
        (role.Button, theme.panel),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.error),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Accent, theme.accent),
        (role.Link, theme.accent),
        (role.LinkVisited, theme.accent),
        (role.Light, theme.hover),
        (role.Midlight, theme.line),
        (role.Mid, theme.border),
        (role.Dark, theme.border),
        (role.Shadow, theme.canvas),
    ):
        result.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.faint))
    return result


def stylesheet(theme: Theme) -> str:
    values = {key: value for key, value in _named(theme).items() if isinstance(value, str)}
    folder = resource("icons", "controls").as_posix()
    return _SHEET.substitute(values, controls=f"{folder}/{theme.name}")


def _named(theme: Theme) -> dict[str, object]:
    return {field: getattr(theme, field) for field in theme.__struct_fields__}


_SHEET = Template("""
* { outline: none; }
QMainWindow, QDialog { background: $panel; }
QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QDialogButtonBox, QMessageBox, QFileDialog { dialogbuttonbox-buttons-have-icons: 0; }
QLabel { background: transparent; color: $text; }
QLabel[kind="secondary"] { color: $secondary; }
QLabel[kind="faint"] { color: $secondary; }
QLabel[kind="heading"] { font-size: 16px; font-weight: 600; }
QLabel[kind="strong"] { font-weight: 600; }
QLabel[kind="mono"] { font-family: "JetBrains Mono"; }
QLabel[kind="error"] { color: $error; }
QLabel[kind="warning"] { color: $warning; }
QLabel[kind="ok"] { color: $ok; }
QLabel:disabled { color: $faint; }

QMenuBar { background: $panel; color: $text; padding: 2px 6px; }
QMenuBar::item { background: transparent; padding: 5px 10px; border-radius: 5px; }
QMenuBar::item:selected { background: $hover; }
QMenuBar::item:pressed { background: $field; }
QMenu { background: $panel; color: $text; border: 1px solid $border; padding: 5px; }
QMenu::item { padding: 5px 28px 5px 10px; border-radius: 4px; background: transparent; }
QMenu::item:selected { background: $chosen; color: $text; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 5px 8px; }
QMenu::icon { padding-left: 8px; }
QMenu::indicator { width: 14px; height: 14px; padding-left: 6px; }
QMenu::indicator:checked { image: url("$controls-check-plain.svg"); }
QMenu::right-arrow { image: url("$controls-right.svg"); width: 10px; height: 10px; padding-right: 6px; }

QToolBar { background: $panel; border: none; border-bottom: 1px solid $line; padding: 5px 10px; spacing: 4px; }
QToolBar::separator { background: $line; width: 1px; margin: 5px 8px; }
QToolBarExtension { padding: 0; border: none; min-width: 14px; }
QWidget#breadcrumbs { background: $panel; border-bottom: 1px solid $line; }

QToolButton { background: transparent; color: $text; border: 1px solid transparent; border-radius: 6px; padding: 4px 8px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $field; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $faint; }
QToolButton::menu-indicator { image: url("$controls-down.svg"); width: 10px; height: 10px; subcontrol-position: right center; right: 5px; }
QToolButton[popupMode="2"], QToolButton[popupMode="1"] { padding-right: 19px; }

QToolButton[kind="framed"] { border-color: $border; padding: 5px 14px; }
QToolButton[kind="framed"]:disabled { border-color: $line; }
QToolButton[kind="framed"][popupMode="2"] { padding-right: 26px; }
QToolButton[kind="value"] { background: $field; border-color: $line; color: $secondary; padding: 5px 12px; }
QToolButton[kind="value"]:hover { border-color: $border; color: $text; }
QToolButton[kind="framed"]:focus, QToolButton[kind="value"]:focus { border-color: $accent; }

QPushButton { background: $panel; color: $text; border: 1px solid $border; border-radius: 6px; padding: 5px 14px; min-height: 16px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $field; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $faint; border-color: $line; background: transparent; }
QPushButton::menu-indicator { image: url("$controls-down.svg"); width: 10px; height: 10px; subcontrol-position: right center; right: 8px; }
QPushButton[kind="primary"], QPushButton:default { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton[kind="primary"]:focus, QPushButton:default:focus { border-color: $text; }
QPushButton[kind="primary"]:disabled, QPushButton:default:disabled { background: $field; color: $faint; border-color: $line; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; color: $secondary; }
QPushButton[kind="quiet"]:hover { background: $hover; color: $text; }
QPushButton[kind="quiet"]:focus { border-color: $accent; }
QPushButton[kind="link"] { background: transparent; border: none; color: $accent; padding: 2px; text-align: left; }
QPushButton[kind="link"]:hover, QPushButton[kind="link"]:focus { text-decoration: underline; }
QPushButton#train, QToolButton#train { background: $train; color: $on_train; border: 1px solid $train; font-weight: 600; padding: 5px 16px; border-radius: 6px; }
QPushButton#train:hover, QToolButton#train:hover { background: $train_hover; border-color: $train_hover; }
QPushButton#train:focus, QToolButton#train:focus { border-color: $text; }
QPushButton#train:disabled, QToolButton#train:disabled { background: $field; color: $faint; border-color: $line; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox {
    background: $field; color: $text; border: 1px solid $line; border-radius: 6px; padding: 3px 8px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit, QAbstractSpinBox, QComboBox { min-height: 18px; }
QComboBox { combobox-popup: 0; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: $border; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border-color: $accent; background: $panel; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: $faint; }
QLineEdit[invalid="true"], QAbstractSpinBox[invalid="true"], QComboBox[invalid="true"] { border-color: $error; }
QAbstractSpinBox { padding: 3px 2px 3px 8px; }
QToolBar::handle { image: none; width: 0; }
QSizeGrip { image: none; width: 0; height: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { background: transparent; border: none; width: 16px; }
QAbstractSpinBox::up-arrow { image: url("$controls-up.svg"); width: 9px; height: 9px; }
QAbstractSpinBox::down-arrow { image: url("$controls-down.svg"); width: 9px; height: 9px; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url("$controls-down.svg"); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: $panel; color: $text; border: 1px solid $border; padding: 4px; selection-background-color: $chosen; selection-color: $text; }
QCheckBox { color: $text; spacing: 7px; background: transparent; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid $faint; border-radius: 4px; background: $field; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$controls-check.svg"); }
QCheckBox::indicator:indeterminate { background: $accent; border-color: $accent; image: url("$controls-dash.svg"); }
QCheckBox:focus { color: $accent; }
QCheckBox:disabled { color: $faint; }
QSlider::groove:horizontal { height: 4px; background: $line; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: $accent; }
QSlider:horizontal { border: 1px solid transparent; border-radius: 4px; }
QSlider:horizontal:focus { border-color: $accent; }
QProgressBar { background: $field; border: none; border-radius: 4px; max-height: 8px; min-height: 8px; color: transparent; text-align: right; }
QProgressBar::chunk { background: $accent; border-radius: 4px; }

QTabWidget::pane { border: none; border-top: 1px solid $line; background: $panel; }
QTabBar { background: $panel; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $secondary; padding: 7px 12px 6px 12px; border: none; border-bottom: 2px solid transparent; margin-right: 2px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; font-weight: 600; border-bottom: 2px solid $accent; }
QTabBar::tab:selected:focus { border: 1px solid $accent; border-bottom: 2px solid $accent; border-radius: 4px; padding: 6px 11px 6px 11px; }
QTabBar::tab:disabled { color: $faint; }
QTabBar::scroller { width: 20px; }
QTabBar QToolButton { background: $panel; border: none; padding: 0; }
QTabBar QToolButton:hover:enabled { background: $hover; }
QTabBar QToolButton::left-arrow { image: url("$controls-left.svg"); width: 10px; height: 10px; }
QTabBar QToolButton::right-arrow { image: url("$controls-right.svg"); width: 10px; height: 10px; }
QDockWidget { color: $secondary; titlebar-close-icon: url("$controls-close.svg"); titlebar-normal-icon: url("$controls-float.svg"); }
QDockWidget::title { background: $panel; padding: 7px 12px; font-weight: 600; border: none; }
QDockWidget::close-button, QDockWidget::float-button { border: none; border-radius: 4px; background: transparent; padding: 1px; }
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: $hover; }
QStatusBar { background: $panel; color: $secondary; border-top: 1px solid $line; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $secondary; padding: 1px 6px; }
QStatusBar QLabel[kind="ok"] { color: $ok; }
QStatusBar QLabel[kind="warning"] { color: $warning; }
QStatusBar QLabel[kind="error"] { color: $error; }

QAbstractItemView { background: $panel; color: $text; border: none; alternate-background-color: $field;
    selection-background-color: $chosen; selection-color: $text; outline: none; }
QTreeView::item, QListView::item { height: 24px; padding: 0 4px; }
QTreeView::item:only-one, QListView::item { border-radius: 4px; }
QTreeView::item:first { border-top-left-radius: 4px; border-bottom-left-radius: 4px; }
QTreeView::item:last { border-top-right-radius: 4px; border-bottom-right-radius: 4px; }
QTreeView::item:hover, QListView::item:hover { background: $hover; }
QTreeView::item:selected, QListView::item:selected { background: $chosen; color: $text; }
QTreeView::item:focus, QListView::item:focus, QTableView::item:focus { border: 1px solid $accent; }
QTreeView::branch { background: $panel; border-image: none; }
QTreeView::branch:closed:has-children { image: url("$controls-branch-right.svg"); }
QTreeView::branch:open:has-children { image: url("$controls-branch-down.svg"); }
QTableView { gridline-color: $line; }
QTableView::item:selected { background: $chosen; color: $text; }
QHeaderView { background: $panel; }
QHeaderView::section { background: $panel; color: $secondary; border: none; border-bottom: 1px solid $line; padding: 5px 8px; }
QAbstractScrollArea::corner { background: $panel; border: none; }
QTableCornerButton::section { background: $panel; border: none; border-bottom: 1px solid $line; }
QScrollArea { background: $panel; border: none; }
QScrollArea > QWidget > QWidget { background: $panel; }
QScrollBar:vertical { background: transparent; width: 11px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 28px; margin: 2px 2px 2px 3px; }
QScrollBar::handle:horizontal { min-width: 28px; margin: 3px 2px 2px 2px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $accent; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 5px 7px; }
QGraphicsView { border: none; background: $canvas; }
CanvasView { border: 1px solid $canvas; }
CanvasView[keyboard="true"] { border: 1px solid $accent; }
QPlainTextEdit#code, QPlainTextEdit[kind="code"], QTextEdit[kind="code"] { font-family: "JetBrains Mono"; background: $panel; border: none; border-radius: 0; }
QFrame#codebar { background: $raised; border: none; border-bottom: 1px solid $line; }
QLabel#note { background: $raised; border: 1px solid $border; border-radius: 6px; padding: 5px 9px; }
QFrame#ring { background: transparent; border: 2px solid $accent; border-radius: 6px; }
QFrame#card { background: $raised; border: 1px solid $border; border-radius: 8px; }
QFrame[frameShape="4"], QFrame[frameShape="5"] { color: $line; }
""")
