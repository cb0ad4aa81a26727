"""Reads the posteriors of Sidereus as they arrive, and publishes observations."""

from .errors import SidereusError
from .plots import corner, to_arviz
from .records import (
    GroupPosterior,
    Marginal,
    ObjectPosterior,
    OutlierShare,
    Posteriors,
    PosteriorSamples,
    Rejection,
)
from .stream import Stream, connect

__all__ = [
    "GroupPosterior",
    "Marginal",
    "ObjectPosterior",
    "OutlierShare",
    "PosteriorSamples",
    "Posteriors",
    "Rejection",
    "SidereusError",
    "Stream",
    "connect",
    "corner",
    "to_arviz",
]
__version__ = "0.2.0"
