"""The data sets that scikit-learn ships, each with the names of what it feeds and what it asks."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from msgspec import Struct
from sklearn import datasets

from builder.document.plan import Feature, Target, Task


class BundledSet(Struct, frozen=True):
    """One set. `load` is scikit-learn's function; `image` the shape of a row that is an image."""

    load: Callable[..., Any]
    target: str
    task: Task
    image: tuple[int, ...] | None = None

    def read(self) -> Any:
        """scikit-learn's own Bunch: `data`, `target`, `feature_names`, `target_names`."""
        return self.load()

    def feature(self, bunch: Any) -> Feature:
        if self.image is not None:
            return Feature("image", self.image)
        return Feature("table", (bunch.data.shape[1],))

    def target_of(self, bunch: Any) -> Target:
        classes = () if self.task == "regression" else tuple(map(str, bunch.target_names))
        return Target(self.target, self.task, classes)


BUNDLED: dict[str, BundledSet] = {
    "digits": BundledSet(datasets.load_digits, "digit", "multiclass", (8, 8, 1)),
    "breast_cancer": BundledSet(datasets.load_breast_cancer, "diagnosis", "binary"),
    "diabetes": BundledSet(
        partial(datasets.load_diabetes, scaled=False), "progression", "regression"
    ),
    "iris": BundledSet(datasets.load_iris, "species", "multiclass"),
    "wine": BundledSet(datasets.load_wine, "cultivar", "multiclass"),
}


def frame_of(bundled: BundledSet, bunch: Any) -> pd.DataFrame:
    """Its rows as a table, the target last and, where there are classes, by name."""
    frame = pd.DataFrame(bunch.data, columns=[str(name) for name in bunch.feature_names])
    values = bunch.target
    if bundled.task != "regression":
        values = np.asarray([str(name) for name in bunch.target_names], dtype=object)[values]
    frame[bundled.target] = values
    return frame
