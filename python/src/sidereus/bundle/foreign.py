"""Objects of other packages."""

from __future__ import annotations

from typing import Any, TypeAlias

#: An object of torch, sbi, zuko, nflows, lampe or ltu-ili that is known by its attributes alone: some of these
#: packages have no types, and their classes differ from version to version.
Foreign: TypeAlias = Any
