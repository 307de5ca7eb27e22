"""A project to keep, and its file with something changed."""

import json

from hypothesis import strategies as st
from msgspec.structs import replace

from builder.document.plan import Bundled, DataPlan, Feature, KerasObject, Target, TrainingPlan
from builder.document.project import Project
from builder.storage.project_file import encode
from tests.build import chain

HOSTILE = 'd"); evil() #\n</b>\u2028'


def sample() -> Project:
    project = chain("Input", ("Conv2D", {"padding": "same"}), "Flatten", "Dense", "Output")
    return replace(
        project,
        name="digits",
        data=DataPlan(
            source=Bundled("digits"),
            features=(Feature("image", (8, 8, 1)),),
            targets=(Target("digit", "multiclass", ("0", "1")),),
        ),
        training=TrainingPlan(callbacks=(KerasObject("keras.callbacks.EarlyStopping"),)),
    )


def altered(**changes: object) -> bytes:
    """The sample's file with some top-level entries replaced."""
    return json.dumps({**json.loads(encode(sample())), **changes}).encode()


def with_graph(**changes: object) -> bytes:
    graph = json.loads(encode(sample()))["graph"]
    return altered(graph={**graph, **changes})


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
