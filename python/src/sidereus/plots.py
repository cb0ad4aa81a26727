"""Hands posteriors to the plotting packages of the field."""

from __future__ import annotations

from typing import Any

from .errors import SidereusError
from .records import GroupPosterior, ObjectPosterior


def to_arviz(posterior: ObjectPosterior | GroupPosterior, number: int = 1000, seed: int = 0) -> Any:
    """Draws of a posterior as an ArviZ object, one variable a parameter, one chain."""
    try:
        import arviz
    except ImportError as error:
        raise SidereusError("to_arviz() needs ArviZ: pip install './python[plots]'") from error
    draws = posterior.draws(number, seed)
    names = [one.name for one in posterior.parameters]
    values = {name: draws[None, :, i] for i, name in enumerate(names)}
    try:
        return arviz.from_dict({"posterior": values})  # ArviZ 1
    except (TypeError, ValueError):
        return arviz.from_dict(posterior=values)


def corner(posterior: ObjectPosterior | GroupPosterior, number: int = 5000, seed: int = 0, **options: Any) -> Any:
    """A corner plot of a posterior's draws by the package corner; gives the figure."""
    try:
        import corner as corner_package
    except ImportError as error:
        raise SidereusError("corner() needs corner: pip install './python[plots]'") from error
    labels = [one.name + (f" ({one.unit})" if one.unit else "") for one in posterior.parameters]
    return corner_package.corner(posterior.draws(number, seed), labels=labels, **options)
