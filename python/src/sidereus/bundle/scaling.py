"""Elementwise transforms of torch as scalings of the parameters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .errors import Unsupported
from .foreign import Foreign
from .layers import numbers


class _Scalar:
    """z = factor * u + offset with u = theta, log(theta - lower) or the logit between two bounds."""

    def __init__(self) -> None:
        self.kind = "affine"
        self.bounds: dict[str, float] = {}
        self.factor, self.offset = 1.0, 0.0

    def affine(self, factor: float, offset: float) -> None:
        self.factor, self.offset = self.factor * factor, self.offset * factor + offset

    def logarithm(self, where: str) -> None:
        self._unbounded_only(where)
        self.kind = "log"
        self.bounds = {"lower": -self.offset / self.factor}
        self.factor, self.offset = 1.0, math.log(self.factor)

    def logit(self, where: str) -> None:
        self._unbounded_only(where)
        self.kind = "logit"
        self.bounds = {"lower": -self.offset / self.factor, "upper": (1 - self.offset) / self.factor}
        self.factor, self.offset = 1.0, 0.0

    def _unbounded_only(self, where: str) -> None:
        if self.kind != "affine" or self.factor <= 0:
            raise Unsupported(f"{where} maps a parameter in a way that no description has", traceable=True)

    def scaling(self) -> dict[str, Any]:
        if self.factor <= 0:
            raise Unsupported("a parameter is scaled by a negative factor", traceable=True)
        return {
            "kind": self.kind,
            **self.bounds,
            "shift": -self.offset / self.factor,
            "scale": 1 / self.factor,
        }


class ScalarChain:
    """The maps between the parameters and the first network of a flow, each of one parameter."""

    def __init__(self) -> None:
        self._steps: list[tuple[str, Any, str, slice]] = []

    def take(self, transform: Foreign, where: str) -> None:
        """Adds a transform of torch, from the parameters towards the noise."""
        self._add(transform, False, where, slice(None))

    def scaling(self, size: int) -> list[dict[str, Any]]:
        """The scaling of each of the parameters."""
        scalars = [_Scalar() for _ in range(size)]
        for name, numbers_of, where, columns in self._steps:
            for i in range(size)[columns]:
                if name == "affine":
                    factor, offset = numbers_of
                    at = i - range(size)[columns][0]
                    scalars[i].affine(_at(factor, at), _at(offset, at))
                else:
                    getattr(scalars[i], name)(where)
        return [one.scaling() for one in scalars]

    def _add(self, transform: Foreign, inverse: bool, where: str, columns: slice) -> None:
        kind = type(transform).__name__
        if kind in ("_InverseTransform", "Inverse"):
            self._add(transform.inv, not inverse, where, columns)
        elif kind == "IndependentTransform":
            self._add(transform.base_transform, inverse, where, columns)
        elif kind in ("ComposeTransform", "ComposedTransform"):
            parts = list(transform.parts if hasattr(transform, "parts") else transform.transforms)
            for part in reversed(parts) if inverse else parts:
                self._add(part, inverse, where, columns)
        elif kind in ("CatTransform", "StackTransform"):
            start = 0
            for part, length in zip(transform.transforms, _lengths(transform), strict=True):
                self._add(part, inverse, where, slice(start, start + length))
                start += length
        elif kind == "AffineTransform":
            loc, scale = _array(transform.loc), _array(transform.scale)
            values = (1 / scale, -loc / scale) if inverse else (scale, loc)
            self._steps.append(("affine", values, where, columns))
        elif kind == "SigmoidTransform" and inverse:
            self._steps.append(("logit", None, where, columns))
        elif kind == "ExpTransform" and inverse:
            self._steps.append(("logarithm", None, where, columns))
        elif kind not in ("IdentityTransform",):
            raise Unsupported(f"{where} is {kind}, which no description has", traceable=True)


def _lengths(transform: Foreign) -> list[int]:
    return list(getattr(transform, "lengths", None) or [1] * len(transform.transforms))


def _array(value: Foreign) -> np.ndarray:
    return np.atleast_1d(numbers(value) if hasattr(value, "detach") else np.asarray(value, float)).reshape(-1)


def _at(values: np.ndarray, index: int) -> float:
    return float(values[index] if len(values) > 1 else values[0])
