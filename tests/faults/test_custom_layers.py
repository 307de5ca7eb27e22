"""A project's own code in the whole program, with a real worker: asked about, then run, then exported."""

import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from builder.catalog.custom import FILE
from builder.document import edits
from builder.exports.python_files import write_python
from builder.storage.project_file import load, save
from builder.window.custom_dialog import CustomDialog
from builder.window.training_state import TrainingState
from tests.customs import SCALE, catalog_of
from tests.faults.conftest import Terminal
from tests.faults.desk import CATALOG, Desk

pytestmark = [pytest.mark.keras, pytest.mark.slow]


def with_scale(desk: Desk, folder: Path) -> Path:
    """The digits with a layer of our own before the last but one, saved and open."""
    path = desk.digits(1, folder)
    project = replace(desk.document.project, custom=SCALE)
    known = catalog_of(SCALE)
    (output,) = (n for n in project.graph.nodes.values() if n.type == "output")
    (wire,) = project.graph.into(output.id)
    (wire,) = project.graph.into(wire.source.node)
    project, node = edits.add(project, "custom_layers.Scale", (0, 0), name="scale")
    desk.document.apply("Scale", edits.insert(project, node, wire, known.ports_of))
    return path


def test_a_class_is_pasted_trusted_trained_with_and_exported(desk: Desk, tmp_path: Path) -> None:
    desk.digits(1, tmp_path)
    desk.window.tools.write_layers()
    (dialog,) = desk.window.findChildren(CustomDialog)
    dialog.source.setPlainText(SCALE)
    QTest.mouseClick(dialog.apply, Qt.MouseButton.LeftButton)
    path = with_scale(desk, tmp_path)
    desk.wait_settled()
    node = desk.document.project.graph.by_name["scale"]
    assert not desk.app.analyst.analysis.reports[node.id].outputs
    assert "not run until you trust it" in desk.problem_of("scale")
    desk.press_train()
    assert "code that is not trusted" in desk.banner
    assert not list(tmp_path.glob("*.runs/*"))
    QTest.mouseClick(desk.window.trust_bar.trust, Qt.MouseButton.LeftButton)
    desk.wait(lambda: desk.app.analyst.analysis.reports[node.id].parameters == 1)
    desk.press_train()
    desk.wait(lambda: desk.trainer.has_model and desk.trainer.state is TrainingState.IDLE)
    desk.window.run_actions.evaluate.trigger()
    desk.wait(lambda: desk.trainer.state is TrainingState.IDLE)
    assert desk.window.files.save_to(path)
    assert (tmp_path / FILE).read_text() == SCALE
    out = tmp_path / "out"
    out.mkdir()
    write_python("python", load(path), CATALOG, out / "model.py", tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", "import model; print(model.build_model().count_params())"],
        cwd=out, capture_output=True, text=True, check=True,
    )  # fmt: skip
    parameters = desk.app.analyst.analysis.parameters
    assert done.stdout.split()[-1] == str(parameters)


def test_the_terminal_asks_for_trust(desk: Desk, keras_terminal: Terminal, tmp_path: Path) -> None:
    desk.app.analyst.trust.forget()
    path = with_scale(desk, tmp_path)
    save(path, desk.document.project)
    code, _ = keras_terminal.run("check", path)
    assert code == 0
    assert "Add --trust to have it run." in keras_terminal.out
    for words in (["train", path], ["export", path, "--to", "keras", "-o", tmp_path / "a.keras"]):
        code, said = keras_terminal.run(*words)
        assert code == 1
        assert "(custom_layers.py), which is never run unasked" in said
        assert "--trust" in said
    code, _ = keras_terminal.run("check", path, "--trust")
    assert code == 0
    assert "--trust" not in keras_terminal.out
    output = tmp_path / "a.keras"
    assert keras_terminal.run("export", path, "--to", "keras", "-o", output, "--trust")[0] == 0
    assert output.is_file()


def test_hostile_source_is_shown_and_never_run_unasked(
    desk: Desk, keras_terminal: Terminal, tmp_path: Path
) -> None:
    trace = tmp_path / "it-ran"
    act = f"__import__('os').mkdir(bytes.fromhex('{str(trace).encode().hex()}'))"
    source = f'''
import keras
from keras import layers
{act}


@(lambda c: {act} or c)
class Evil(keras.layers.Layer):
    """Quotes \\"\\"\\" and {{braces}} and <b>tags</b> #"""

    def __init__(self, a={act}, b: ({act}) = 1, **kwargs):
        super().__init__(**kwargs)

    def call(self, inputs, other={act}):
        return inputs
'''
    path = desk.digits(1, tmp_path)
    project = replace(desk.document.project, custom=source)
    project, node = edits.add(project, "custom_layers.Evil", (0, 0), name="evil")
    first = next(n for n in project.graph.nodes.values() if n.type == "keras.Input")
    wire = project.graph.out_of(first.id)[0]
    project = edits.insert(project, node, wire, catalog_of(source).ports_of)
    save(path, project)
    assert desk.open(path)
    desk.wait_settled()
    assert "not run until you trust it" in desk.problem_of("evil")
    assert "custom_layers.Evil(" in desk.code
    desk.document.select(frozenset({node}))
    desk.palette.search.setText("evil")
    desk.window.tools.write_layers()
    desk.window.trust_bar.show_code.click()
    for dialog in desk.window.findChildren(QDialog):
        dialog.close()
    for words in (
        ["check", path],
        ["train", path],
        ["export", path, "--to", "keras-json", "-o", "x"],
    ):
        keras_terminal.run(*words)
    keras_terminal.run("export", path, "--to", "folder", "-o", tmp_path / "folder")
    assert (tmp_path / "folder" / FILE).read_text() == source
    assert not trace.exists(), "nobody has trusted it"
    QTest.mouseClick(desk.window.trust_bar.trust, Qt.MouseButton.LeftButton)
    desk.wait(trace.exists)
    desk.wait_settled()
    assert "custom_layers.py, line" in desk.problem_of("evil")
