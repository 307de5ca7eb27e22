"""Freezing layers, and all that a block holds, in one undo step that the canvas shows."""

from builder.canvas.document import Document
from builder.canvas.faces import face_of, line_of
from builder.canvas.freeze_commands import FreezeCommands
from builder.catalog.load import load_catalog
from builder.document import blocks
from tests.build import chain

CATALOG = load_catalog()


def frozen(document: Document) -> set[str]:
    nodes = document.project.graph.nodes.values()
    return {node.name for node in nodes if node.params.get("trainable") is False}


def test_layers_are_frozen_and_learn_again() -> None:
    document = Document(chain("Input", "Dense", "Dense", "Output", catalog=CATALOG))
    before, commands = document.project, FreezeCommands(document, CATALOG)
    dense = {before.graph.by_name["dense"].id}
    commands.freeze(dense)
    assert frozen(document) == {"dense"}
    assert document.undo_title == "Freeze dense"
    commands.freeze(before.graph.nodes)
    assert frozen(document) == {"dense", "dense_2"}
    commands.freeze(before.graph.nodes)
    assert document.project == before
    assert document.undo_title == "Unfreeze 2 layers"


def test_inputs_and_outputs_have_nothing_to_freeze() -> None:
    document = Document(chain("Input", "Dense", "Output", catalog=CATALOG))
    commands, names = FreezeCommands(document, CATALOG), document.project.graph.by_name
    assert commands.layers({names["input"].id, names["output"].id}) == ()


def test_a_block_is_frozen_with_all_inside_and_says_so() -> None:
    project = chain("Input", "Dense", "Dense", "Output", catalog=CATALOG)
    inside = {project.graph.by_name[name].id for name in ("dense", "dense_2")}
    project, block = blocks.group(project, inside)
    document = Document(project)
    commands = FreezeCommands(document, CATALOG)
    commands.freeze({block})
    assert frozen(document) == {"dense", "dense_2"}
    graph = document.project.graph
    assert line_of(face_of(graph, graph.nodes[block]), CATALOG) == "2 layers · frozen"
