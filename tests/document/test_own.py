"""Layers of the project's own where projects are compared, copied and undone."""

from msgspec.structs import replace

from builder.document import parts
from builder.document.differences import differences
from builder.document.history import History
from builder.document.own import use_own
from builder.document.project import Project
from builder.document.sameness import same_network
from tests.build import chain
from tests.customs import SCALE, catalog_of, with_custom

PLAIN = chain("Input", "Dense", "Output", catalog=catalog_of(SCALE))
OWN = with_custom(chain("Input", "Scale", "Output", catalog=catalog_of(SCALE)))
INSIDE = with_custom(
    chain(
        "Input",
        ("TimeDistributed", {"layer": {"type": "custom_layers.Scale"}}),
        ("Lambda", {"function": "custom_layers.halved"}),
        "Output",
        catalog=catalog_of(SCALE),
    )
)


def test_who_uses_layers_of_their_own() -> None:
    assert not use_own(PLAIN.graph.nodes.values())
    assert use_own(OWN.graph.nodes.values())
    for name in ("time_distributed", "lambda"):
        assert use_own([INSIDE.graph.by_name[name]])


def test_another_source_is_another_network_where_it_is_used() -> None:
    for project, same in ((PLAIN, True), (OWN, False), (INSIDE, False)):
        assert same_network(project, replace(project, custom="# changed")) is same
        assert differences(project, replace(project, custom="#")) == "custom layers changed"


def test_a_part_takes_its_source_along_and_undo_takes_it_back() -> None:
    part = parts.copy(OWN, OWN.graph.nodes)
    assert part.custom == SCALE
    assert parts.copy(with_custom(PLAIN), PLAIN.graph.nodes).custom == ""
    pasted = parts.paste(Project(), part)[0]
    assert pasted.custom == SCALE
    assert parts.paste(replace(PLAIN, custom="# mine"), part)[0].custom == "# mine"
    history = History(Project()).apply("Paste", pasted)
    assert history.undo().present == Project()
    assert history.undo().redo().present == pasted
