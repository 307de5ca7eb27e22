"""Scores of a target on rows that the network has not seen, with a baseline and an interval."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics

from builder.document.plan import Target
from builder.engine.messages import ClassScore, TargetReport

Array = NDArray[np.generic]
Floats = NDArray[np.float64]

MOST_PAIRS = 2000
_RESAMPLES = 2000
_CELLS = 4_000_000  # resampled values held at once: 32 MB


def class_report(
    target: Target, truth: Array, probabilities: Floats, train_truth: Array, train_guess: Array
) -> TargetReport:
    """The report of a target with classes.

    `truth` are class numbers; `probabilities` (rows, classes). The baseline always guesses the
    class that is most frequent among the training rows.
    """
    guess = probabilities.argmax(axis=1)
    numbers = list(range(len(target.classes)))
    usual = np.full_like(truth, np.bincount(train_truth).argmax())
    scores, baseline = _class_scores(truth, guess), _class_scores(truth, usual)
    if target.task == "binary" and len(np.unique(truth)) == 2:
        scores["ROC AUC"] = float(metrics.roc_auc_score(truth, probabilities[:, 1]))
        baseline["ROC AUC"] = 0.5
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        truth, guess, labels=numbers, zero_division=0
    )
    confusion = metrics.confusion_matrix(truth, guess, labels=numbers)
    return TargetReport(
        target.name,
        target.task,
        scores,
        baseline,
        "majority class",
        _accuracy_interval(truth == guess),
        _class_scores(train_truth, train_guess),
        tuple(
            ClassScore(name, float(p), float(r), float(f), int(n))
            for name, p, r, f, n in zip(target.classes, precision, recall, f1, support, strict=True)
        ),
        tuple(tuple(int(count) for count in row) for row in confusion),
    )


def number_report(
    target: Target, truth: Floats, guess: Floats, train_truth: Floats, train_guess: Floats
) -> TargetReport:
    """The report of a number, in its own units. The baseline is the mean of the training rows."""
    mean = np.full_like(truth, train_truth.mean())
    step = -(-len(truth) // MOST_PAIRS)
    return TargetReport(
        target.name,
        "regression",
        _number_scores(truth, guess),
        _number_scores(truth, mean),
        "mean",
        _rmse_interval((truth - guess) ** 2),
        _number_scores(train_truth, train_guess),
        pairs=tuple(
            (float(one), float(other))
            for one, other in zip(truth[::step], guess[::step], strict=True)
        ),
    )


def _class_scores(truth: Array, guess: Array) -> dict[str, float]:
    return {
        "accuracy": float(metrics.accuracy_score(truth, guess)),
        "macro F1": float(metrics.f1_score(truth, guess, average="macro", zero_division=0)),
    }


def _number_scores(truth: Floats, guess: Floats) -> dict[str, float]:
    return {
        "RMSE": float(metrics.root_mean_squared_error(truth, guess)),
        "MAE": float(metrics.mean_absolute_error(truth, guess)),
        "R2": float(metrics.r2_score(truth, guess)),
    }


# --- intervals


def _accuracy_interval(right: NDArray[np.bool_]) -> tuple[float, float]:
    """Resampling rows that are right or wrong is drawing from a binomial distribution."""
    generator = np.random.default_rng(0)
    drawn = generator.binomial(len(right), right.mean(), _RESAMPLES) / len(right)
    return _middle(drawn)


def _rmse_interval(squares: Floats) -> tuple[float, float]:
    return _middle(np.sqrt(_resampled(squares, lambda drawn: drawn.mean(axis=1))))


def _resampled(values: Floats, statistic: Callable[[Floats], Floats]) -> Floats:
    """The statistic of many samples of the rows, drawn with replacement, block by block."""
    generator = np.random.default_rng(0)
    block = max(1, _CELLS // len(values))
    # A long table needs fewer samples for the same steadiness of the interval.
    total = _RESAMPLES if len(values) <= 20_000 else _RESAMPLES // 10
    parts = [
        statistic(values[generator.integers(0, len(values), (min(block, total - at), len(values)))])
        for at in range(0, total, block)
    ]
    return np.concatenate(parts)


def _middle(drawn: Floats) -> tuple[float, float]:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)
