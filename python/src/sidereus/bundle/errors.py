"""What a converter says of a posterior that it cannot take."""

from __future__ import annotations

from ..errors import SidereusError


class Unsupported(SidereusError):
    """A part of a posterior that has no description by weights; the message names it and what to do."""


#: What to do where the weights of a network are not understood, but its operations may be traced.
TRACE = "try --trace, which records the operations of the posterior instead of its weights"
