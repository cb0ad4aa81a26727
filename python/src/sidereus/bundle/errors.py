"""What a converter says of a posterior that it cannot take."""

from __future__ import annotations

from ..errors import SidereusError


class Unsupported(SidereusError):
    """
    A part of a posterior that has no description by weights; the message names it and what to do.

    ``traceable`` says whether its operations may be recorded instead.
    """

    def __init__(self, message: str, traceable: bool = False) -> None:
        super().__init__(message)
        self.traceable = traceable
