"""The prior that a posterior was trained with, beside that of the case."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .case import Case
from .foreign import Foreign

_DRAWS = 4_000
#: Of equal distributions, the Kolmogorov distance of so many draws is above 0.03 once in 1,000 times.
_LARGEST_DISTANCE = 0.06
_LARGEST_CORRELATION = 0.1
#: A share without draws at an end of a range. Of equal distributions, one in exp(20) has it.
_LARGEST_GAP = 20 / _DRAWS
#: Draws in single precision may be this far outside of the bounds, in widths of the range.
_ROUNDED = 1e-5


def difference(loaded: Foreign, case: Case) -> str | None:
    """
    How the prior of a posterior that was loaded from a file differs from that of the case.

    None: it does not, or the posterior has none, or the case lacks priors.
    """
    prior = getattr(loaded, "prior", None)
    if prior is None or not hasattr(prior, "sample") or len(case.priors) != len(case.parameters):
        return None
    import torch

    try:
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            torch.manual_seed(1)
            draws = torch.as_tensor(prior.sample((_DRAWS,))).cpu().double().numpy()
    except Exception as e:  # noqa: BLE001 - a class of others may fail in any way
        return f"its {type(prior).__name__} cannot be sampled here ({type(e).__name__}: {e}), so it is not known"
    if draws.ndim != 2 or draws.shape[1] != len(case.parameters):
        return f"it has {draws.shape[-1]} parameters, and the case has {len(case.parameters)}"
    for column, (name, of_case) in enumerate(zip(case.parameters, case.priors, strict=True)):
        values = np.sort(draws[:, column])
        cumulative = _cumulative(of_case, values)
        if cumulative is None:
            continue
        steps = np.arange(_DRAWS + 1) / _DRAWS
        distance = max((steps[1:] - cumulative).max(), (cumulative - steps[:-1]).max())
        if not distance <= _LARGEST_DISTANCE:
            low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
            return (
                f"{name} has the median {middle:.4g} there, 90 % within {low:.4g} to {high:.4g}, which is not "
                f"{_words(of_case)} of the case (Kolmogorov distance {distance:.2f})"
            )
        ends = _ends(name, of_case, values, cumulative)
        if ends is not None:
            return ends
    return _correlation(draws, case)


def _ends(name: str, of_case: dict[str, Any], values: np.ndarray, cumulative: np.ndarray) -> str | None:
    """Whether sorted draws leave the bounds of the case, or end before them."""
    lower, upper = of_case.get("lower"), of_case.get("upper")
    slack = _ROUNDED * (values[-1] - values[0])
    outside = 0 if lower is None else int((values < lower - slack).sum())
    outside += 0 if upper is None else int((values > upper + slack).sum())
    if outside:
        return (
            f"{name} is within {values[0]:.4g} to {values[-1]:.4g} there, and {100 * outside / _DRAWS:.2g} % of it "
            f"outside of {_words(of_case)} of the case"
        )
    if cumulative[0] > _LARGEST_GAP or cumulative[-1] < 1 - _LARGEST_GAP:
        return (
            f"{name} is within {values[0]:.4g} to {values[-1]:.4g} there, which is narrower than {_words(of_case)} of "
            "the case"
        )
    return None


def _correlation(draws: np.ndarray, case: Case) -> str | None:
    found = np.atleast_2d(np.corrcoef(draws.T))
    for i, first in enumerate(case.parameters):
        for j in range(i):
            second = case.parameters[j]
            expected = case.correlations.get(frozenset((first, second)), 0.0)
            if abs(found[i, j] - expected) > _LARGEST_CORRELATION:
                return (
                    f"{second} and {first} have the correlation {found[i, j]:.2f} there, and {expected:g} in the "
                    "case"
                )
    return None


def _words(prior: dict[str, Any]) -> str:
    return "the prior " + ", ".join(str(value) for value in prior.values() if value is not None)


def _cumulative(prior: dict[str, Any], values: np.ndarray) -> np.ndarray | None:
    """The distribution function [N]; None: of a kind that is unknown here."""
    try:
        kind = prior["kind"]
        if kind in ("uniform", "log_uniform"):
            low, high = float(prior["lower"]), float(prior["upper"])
            if kind == "uniform":
                return np.clip((values - low) / (high - low), 0, 1)
            logarithms: np.ndarray = np.log(np.clip(values, low, high) / low) / math.log(high / low)
            return logarithms
        lower, upper = prior.get("lower"), prior.get("upper")
        if kind in ("normal", "truncated_normal"):
            below = 0.0 if lower is None else _normal(prior, np.array([lower]))[0]
            above = 1.0 if upper is None else _normal(prior, np.array([upper]))[0]
            return np.clip((_normal(prior, values) - below) / (above - below), 0, 1)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):  # `sidereus import` says what is wrong with the case
        return None
    return None


def _normal(prior: dict[str, Any], values: np.ndarray) -> np.ndarray:
    z = (values - prior["mean"]) / (prior["sd"] * math.sqrt(2))
    return np.array([0.5 * math.erfc(-one) for one in z])
