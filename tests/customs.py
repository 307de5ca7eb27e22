"""Layers of a user's own, for tests."""

from msgspec.structs import replace

from builder.catalog.code import code_of, fingerprint
from builder.catalog.load import load_catalog
from builder.catalog.spec import Catalog
from builder.document.project import Project

SCALE = '''\
"""Layers of this project's own."""

import keras
from keras import ops


class Scale(keras.layers.Layer):
    """Multiply by a number that is learned."""

    def __init__(self, start: float = 1.0, **kwargs):
        super().__init__(**kwargs)
        self.start = start

    def build(self, shape):
        self.factor = self.add_weight(
            shape=(), initializer=keras.initializers.Constant(self.start), name="factor"
        )

    def compute_output_shape(self, shape):
        return shape

    def call(self, inputs):
        return self.factor * inputs


def halved(x):
    return ops.multiply(x, 0.5)
'''


def catalog_of(source: str) -> Catalog:
    return load_catalog().including(source)


def with_custom(project: Project, source: str = SCALE) -> Project:
    return replace(project, custom=source)


def trust_in(project: Project) -> str:
    """The fingerprint with which a worker runs a project's code."""
    return fingerprint(code_of(project, catalog_of(project.custom)))
