"""The picture of a training's curves."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from builder.canvas.curve_picture import SCALE, WIDTH, Plot, nice_ticks, plots_of, save_curves

HISTORY = {
    "accuracy": [0.5, 0.8, 0.9],
    "val_accuracy": [0.4, 0.7, 0.8],
    "loss": [2.0, None, 0.5],
    "val_loss": [2.1, 1.5, float("nan")],
    "seconds": [1.0, 1.0, 1.0],
}


def test_the_loss_comes_first_and_validation_goes_with_its_metric() -> None:
    assert plots_of(HISTORY) == (
        Plot("loss", HISTORY["loss"], HISTORY["val_loss"]),
        Plot("accuracy", HISTORY["accuracy"], HISTORY["val_accuracy"]),
    )


@pytest.mark.parametrize("history", [HISTORY, {"loss": [1.0]}, {"loss": []}, {}])
def test_a_picture_is_written(
    history: dict[str, list[float | None]], tmp_path: Path, qapp: QApplication
) -> None:
    assert qapp is not None
    save_curves(history, tmp_path / "curves.png")
    image = QImage(str(tmp_path / "curves.png"))
    assert image.width() == max(1, len(plots_of(history))) * WIDTH * SCALE


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path: Path, qapp: QApplication) -> None:
    assert qapp is not None
    with pytest.raises(OSError, match="could not be written"):
        save_curves(HISTORY, tmp_path / "no" / "curves.png")


values = st.floats(-1e12, 1e12).filter(lambda value: value == 0 or abs(value) > 1e-12)


@given(values, values)
def test_ticks_enclose_the_values_and_are_few(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    if 0 < high - low < 1e-9 * max(abs(low), abs(high)):
        return  # closer together than the numbers on an axis can tell
    ticks = list(nice_ticks(low, high))
    slack = 1e-6 * max(abs(low), abs(high), high - low)
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack
    assert 2 <= len(ticks) <= 8
    assert ticks == sorted(set(ticks))
