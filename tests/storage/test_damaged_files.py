"""Project files that are damaged, hostile or too large: each is refused with a sentence."""

import contextlib
import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.document import blocks
from builder.document.graph import BLOCK
from builder.storage import project_file
from builder.storage.project_file import ProjectFileError, decode, encode, load
from tests.build import chain
from tests.storage.projects import altered, json_values, sample, with_graph


def in_blocks() -> dict[str, dict[str, object]]:
    project, _ = blocks.group(chain("Input", "Dense", "Dense", "Output"), {"n2", "n3"}, "body")
    return {node["id"]: node for node in json.loads(encode(project))["graph"]["nodes"]}


@pytest.mark.parametrize(
    ("node", "change", "said"),
    [
        ("n2", {"parent": "n99"}, "“dense” stands in a block “n99”, which does not exist"),
        ("n2", {"parent": "n1"}, "“dense” stands in “input”, which is no block of its own"),
        ("n5", {"parent": "n5"}, "the block “body” stands inside itself"),
        ("n2", {"parent": ""}, "crosses the edge of a block"),
        ("n5", {"params": {"units": 3}}, "a block has only “repeat”"),
        ("n5", {"params": {"repeat": 0}}, "repeated 1 to 1,000 times"),
        ("n5", {"params": {"repeat": 10**9}}, "repeated 1 to 1,000 times"),
        ("n5", {"params": {"repeat": True}}, "is no whole number"),
        ("n3", {"shares": "n5"}, "of another type"),
        ("n3", {"type": "output", "shares": "n1"}, "of another type"),
    ],
)
def test_what_breaks_a_block_is_refused(node: str, change: dict[str, object], said: str) -> None:
    nodes = in_blocks()
    nodes[node] = {**nodes[node], **change}
    project, _ = blocks.group(chain("Input", "Dense", "Dense", "Output"), {"n2", "n3"}, "body")
    graph = json.loads(encode(project))["graph"]
    with pytest.raises(ProjectFileError, match=re.escape(said)):
        decode(altered(graph={**graph, "nodes": list(nodes.values())}))


def test_a_layer_is_shared_on_its_own_level_only() -> None:
    nodes = in_blocks()
    nodes["n9"] = {"id": "n9", "name": "again", "type": "keras.layers.Dense", "shares": "n2"}
    with pytest.raises(ProjectFileError, match="stands in another block"):
        decode(altered(graph={"nodes": list(nodes.values()), "wires": []}))


def test_blocks_inside_each_other_have_an_end() -> None:
    nodes = [
        {"id": f"b{depth}", "name": "b", "type": BLOCK, "parent": f"b{depth + 1}"}
        for depth in range(20_000)
    ]
    nodes.append({"id": "b20000", "name": "b", "type": BLOCK})
    with pytest.raises(ProjectFileError, match="blocks inside each other"):
        decode(altered(graph={"nodes": nodes, "wires": []}))


def test_a_file_cut_off_anywhere_is_refused_with_a_sentence() -> None:
    data = encode(sample())
    for length in range(len(data) - 1):
        with pytest.raises(ProjectFileError):
            decode(data[:length])
    assert decode(data[:-1]) == sample()  # only the last newline is gone


def test_mutated_bytes_are_read_or_refused_and_never_crash() -> None:
    data, chance = encode(sample()), random.Random(0)
    interesting = b'{}[]",:0189-.eE\\\x00\xff tfn'
    for _ in range(3000):
        mutated = bytearray(data)
        for _ in range(chance.choice([1, 1, 2, 5])):
            place = chance.randrange(len(mutated))
            match chance.randrange(3):
                case 0:
                    mutated[place] = chance.choice(interesting)
                case 1:
                    del mutated[place]
                case _:
                    mutated.insert(place, chance.choice(interesting))
        with contextlib.suppress(ProjectFileError):
            encode(decode(bytes(mutated)))


@given(st.binary(max_size=40))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ProjectFileError):
        decode(data)


@given(json_values)
def test_any_json_is_refused(value: object) -> None:
    with pytest.raises(ProjectFileError):
        decode(json.dumps(value).encode())


def complaint(data: bytes) -> str:
    with pytest.raises(ProjectFileError) as caught:
        decode(data)
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04", "it is not a Keras Builder project"),
        (b"[1, 2]", "it is not a Keras Builder project"),
        (b'{"a": 1}', "it is not a Keras Builder project"),
        (b'{"format": "keras-builder", "vers', "it is damaged or cut off"),
        (b'{"format": "keras-builder"}', "expected a version from 1 to 1"),
        (altered(format="svg"), "expected the format “keras-builder”, received “svg”"),
        (altered(version=True), "expected a version"),
        (altered(version=0), "expected a version"),
        (altered(colour="red"), "“colour” is not a field of a project file"),
        (altered(name=3), "at name: expected text, received a whole number"),
        (altered(backend="mxnet"), "at backend: invalid enum value 'mxnet'"),
        (altered(training={"epochs": "ten"}), "at training.epochs: expected a whole number"),
        (altered(data={"source": {"type": "ftp"}}), "at data.source.type: invalid value 'ftp'"),
        (altered(layout={"positions": {"n9": [0, 0]}}), "a layer “n9” that does not exist"),
        (altered(layout={"positions": {"n1": [0, 1e300]}}), "“input” too far away"),
        (with_graph(nodes=[{"id": "n1", "name": 5, "type": "x"}]), "in layer 1, at name: expected"),
        (
            with_graph(nodes=[{"id": "n1", "name": "a", "type": "x", "params": []}]),
            "in layer “a”, at params: expected an object, received a list",
        ),
        (with_graph(nodes=[{"id": "n1", "name": "a"}]), "in layer “a”: “type” is missing"),
        (
            with_graph(nodes=[{"id": "n1", "name": n, "type": "x"} for n in "ab"], wires=[]),
            "“a” and “b” have the same id “n1”",
        ),
        (with_graph(wires=[{"from": "n1", "to": "n7"}]), "wire 1 ends at a layer “n7”"),
        (with_graph(wires=[{"from": "n2", "to": "n2"}]), "“conv2d” feeds itself"),
        (with_graph(wires=[{"from": "n5", "to": "n2"}]), "“output”, an output of the model"),
        (
            with_graph(wires=[{"from": "n2", "to": "n3"}, {"from": "n3", "to": "n2"}]),
            "in a circle (“conv2d” → “flatten”)",
        ),
        (
            with_graph(nodes=[{"id": "n1", "name": "a", "type": "x", "shares": "n4"}], wires=[]),
            "shares the layer of “n4”, which does not exist",
        ),
        (
            with_graph(nodes=[{"id": "n1", "name": "a", "type": "x", "shares": "n1"}], wires=[]),
            "which has none of its own",
        ),
    ],
)
def test_what_is_wrong_is_said(data: bytes, sentence: str) -> None:
    assert sentence in complaint(data)


def test_a_newer_version_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "new.knet"
    path.write_bytes(data := altered(version=7))
    with pytest.raises(ProjectFileError) as caught:
        load(path)
    assert "made by a newer Keras Builder (format 7, this one reads 1)" in str(caught.value)
    assert "nothing was changed" in str(caught.value)
    assert path.read_bytes() == data


def test_caps_on_size_depth_and_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    deep: object = 1
    for _ in range(80):
        deep = [deep]
    assert "more than 64 deep" in complaint(altered(name=deep))
    assert "more than 64 deep" in complaint(b'{"format": ' + b"[" * 100_000)
    monkeypatch.setattr(project_file, "MAX_NODES", 4)
    assert "holds 5 layers; Keras Builder reads at most 4" in complaint(encode(sample()))
    monkeypatch.setattr(project_file, "MAX_BYTES", 2**20)
    assert "larger than 1 MiB" in complaint(b" " * (2**20 + 1))


@pytest.mark.parametrize("separator", ["", "(a+)+$"])
def test_a_separator_is_one_sign(separator: str) -> None:
    """pandas would take anything longer for a regular expression, which can run for ever."""
    source = {"type": "csv", "path": "a.csv", "separator": separator}
    document = {"format": "keras-builder", "version": 1, "data": {"source": source}}
    with pytest.raises(ProjectFileError, match="expected one sign"):
        decode(json.dumps(document).encode())
