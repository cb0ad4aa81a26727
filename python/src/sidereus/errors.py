"""The errors of the package."""

from __future__ import annotations


class SidereusError(Exception):
    """Something that the user can correct; the message says what, where and how."""
