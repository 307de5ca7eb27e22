"""A curve's points, growing by the end: appending costs the new points only."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Series:
    """Points in the order of x, and the same smoothed. A missing value is a gap.

    Smoothing is the exponential mean with a start that is not biased towards zero: at `weight`
    0 it is the value itself, near 1 it follows the trend only.
    """

    def __init__(self, weight: float = 0.0) -> None:
        self._x: Floats = np.empty(64)
        self._y: Floats = np.empty(64)
        self._smooth: Floats = np.empty(64)
        self._length = 0
        self._weight = weight
        self._mean = 0.0
        self._mass = 0.0

    def __len__(self) -> int:
        return self._length

    @property
    def x(self) -> Floats:
        return self._x[: self._length]

    @property
    def y(self) -> Floats:
        """The values as they came."""
        return self._y[: self._length]

    @property
    def shown(self) -> Floats:
        """The values as they are drawn."""
        return self._smooth[: self._length]

    def append(self, x: Floats, y: Floats) -> None:
        """Add points behind the last; the room for them grows by doubling."""
        end = self._length + len(x)
        if end > len(self._x):
            room = max(end, 2 * len(self._x))
            for name in ("_x", "_y", "_smooth"):
                grown = np.empty(room)
                grown[: self._length] = getattr(self, name)[: self._length]
                setattr(self, name, grown)
        self._x[self._length : end] = x
        self._y[self._length : end] = y
        self._smooth_from(self._length, end)
        self._length = end

    def smooth(self, weight: float) -> None:
        """Smooth all points anew."""
        if weight != self._weight:
            self._weight, self._mean, self._mass = weight, 0.0, 0.0
            self._smooth_from(0, self._length)

    def nearest(self, x: float) -> tuple[float, float] | None:
        """The point whose x is nearest, as it came."""
        if not self._length:
            return None
        right = int(np.searchsorted(self.x, x))
        left = max(right - 1, 0)
        right = min(right, self._length - 1)
        index = left if x - self._x[left] <= self._x[right] - x else right
        return float(self._x[index]), float(self._y[index])

    def _smooth_from(self, start: int, end: int) -> None:
        if self._weight == 0.0:
            self._smooth[start:end] = self._y[start:end]
            return
        keep, add = self._weight, 1.0 - self._weight
        smooth = []
        for value in self._y[start:end].tolist():
            if value == value:  # not nan
                self._mean = keep * self._mean + add * value
                self._mass = keep * self._mass + add
            smooth.append(self._mean / self._mass if self._mass else value)
        self._smooth[start:end] = smooth
