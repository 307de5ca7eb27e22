"""The palette: found by typing, chosen by key, carried by the mouse."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from builder.catalog.load import load_catalog
from builder.window.categories import by_category
from builder.window.palette import MIME, Palette, mime_of, node_picture

CATALOG = load_catalog()


@pytest.fixture
def palette(qtbot: QtBot) -> Palette:
    palette = Palette(CATALOG)
    qtbot.addWidget(palette)
    palette.resize(232, 700)
    with qtbot.waitExposed(palette):
        palette.show()
    return palette


def rows(palette: Palette) -> list[str]:
    tree = palette.tree
    items = [tree.topLevelItem(n) for n in range(tree.topLevelItemCount())]
    return [item.text(0) for item in items if item is not None]


def item_of(palette: Palette, name: str) -> QTreeWidgetItem:
    flags = Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
    found = palette.tree.findItems(name, flags)
    return next((item for item in found if not item.childCount()), found[0])


def test_every_layer_stands_under_its_category(palette: Palette) -> None:
    groups = by_category(CATALOG)
    assert rows(palette) == list(groups)
    assert rows(palette)[:3] == ["Input and output", "Core", "Convolution"]
    palette.tree.expandAll()  # what is folded is made when it is unfolded
    palette.tree.expandAll()
    for spec in CATALOG.layers.values():
        item = item_of(palette, spec.name)
        assert item.toolTip(0) == spec.summary


def test_uncommon_layers_are_one_fold_down(palette: Palette) -> None:
    common = CATALOG.layers["keras.layers.Dense"]
    palette.tree.expandAll()
    palette.tree.collapseAll()
    rare = next(s for s in by_category(CATALOG)["Convolution"] if not s.common)
    assert item_of(palette, common.name).parent().text(0) == common.category
    fold = item_of(palette, rare.name).parent()
    assert fold.text(0).endswith("more")
    assert not fold.isExpanded()


def test_ops_are_folded_until_they_are_wanted(palette: Palette) -> None:
    tree = palette.tree
    top = next(i for n in range(99) if (i := tree.topLevelItem(n)) and i.text(0) == "Arrays")
    assert not top.isExpanded()
    assert top.childCount() == 0
    tree.scrollToItem(top)
    spot = tree.visualItemRect(top).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert top.isExpanded()
    assert {"Index", "concatenate"} <= {top.child(n).text(0) for n in range(top.childCount())}


def test_enter_in_the_search_box_takes_the_best_match(palette: Palette, qtbot: QtBot) -> None:
    QTest.keyClicks(palette.search, "conv2d")
    assert rows(palette)[0] == "Conv2D"
    with qtbot.waitSignal(palette.chosen) as caught:
        QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert caught.args == ["keras.layers.Conv2D"]


def test_arrows_lead_from_the_box_into_the_list(palette: Palette, qtbot: QtBot) -> None:
    QTest.keyClicks(palette.search, "pooling")
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    assert palette.tree.hasFocus()
    QTest.keyClick(palette.tree, Qt.Key.Key_Down)
    with qtbot.waitSignal(palette.chosen) as caught:
        QTest.keyClick(palette.tree, Qt.Key.Key_Return)
    assert caught.args == [CATALOG.layers[str(caught.args[0])].type]
    assert rows(palette)[1] == CATALOG.layers[str(caught.args[0])].name


def test_typing_in_the_list_goes_to_the_box(palette: Palette) -> None:
    palette.tree.setFocus()
    QTest.keyClicks(palette.tree, "d")
    assert palette.search.text() == "d"
    assert palette.search.hasFocus()


def test_escape_brings_all_back(palette: Palette) -> None:
    QTest.keyClicks(palette.search, "zzz")
    assert rows(palette) == ["No layer by that name"]
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert rows(palette) == list(by_category(CATALOG))


def test_a_double_click_chooses(palette: Palette, qtbot: QtBot) -> None:
    item = item_of(palette, "Dense")
    palette.tree.scrollToItem(item)
    spot = palette.tree.visualItemRect(item).center()
    with qtbot.waitSignal(palette.chosen) as caught:
        QTest.mouseClick(palette.tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        QTest.mouseDClick(palette.tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert caught.args == ["keras.layers.Dense"]


def test_a_click_on_a_category_folds_it(palette: Palette) -> None:
    item = item_of(palette, "Core")
    spot = palette.tree.visualItemRect(item).center()
    QTest.mouseClick(palette.tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert not item.isExpanded()


def test_what_is_carried_is_the_type(palette: Palette) -> None:
    data = mime_of("keras.layers.Dense")
    assert bytes(data.data(MIME).data()) == b"keras.layers.Dense"
    picture = node_picture("Dense", "Core", palette)
    assert not picture.isNull()
