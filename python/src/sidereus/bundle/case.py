"""The parts of a case file that a converter needs; ``sidereus import`` checks the whole file."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import SidereusError


@dataclass(frozen=True)
class Case:
    """
    Names of the parameters and of the features, in the order of a network's columns.

    ``priors`` are those of the parameters, as the case file writes them, or none where one lacks.
    """

    parameters: list[str]
    features: list[str]
    errors: dict[str, float]
    priors: list[dict[str, Any]] = field(default_factory=list)
    correlations: dict[frozenset[str], float] = field(default_factory=dict)


def read(path: Path, features: list[str] | None) -> Case:
    """
    Reads a case file.

    :param features: names of the columns of x; None: those of the case, in its order
    """
    try:
        text = json.loads(path.read_text())
    except OSError as e:
        raise SidereusError(f"cannot read the case {path}: {e.strerror}") from e
    except ValueError as e:
        raise SidereusError(f"the case {path} is no JSON: {e}") from e
    if not isinstance(text, dict):
        raise SidereusError(f"the case {path} is no JSON object; see docs/reference/case.md")
    observables = text.get("observables") or []
    of_case = [one.get("name") for one in observables]
    of_case += [
        f"{one.get('name')}_error" for one in observables if "error_lower" in one or "error_column" in one
    ]
    of_case += [f"{one.get('name')}_mask" for one in observables if one.get("may_be_missing")]
    for one in text.get("measured_parameters") or []:
        of_case += [one.get("name"), f"{one.get('name')}_error", f"{one.get('name')}_mask"]
    of_case += [one.get("name") for one in text.get("covariates") or []]
    errors = {one.get("name"): one["error"] for one in observables if one.get("error") is not None}
    parameters = text.get("parameters") or []
    priors = [one["prior"] for one in parameters if isinstance(one.get("prior"), dict)]
    correlations = {
        frozenset(one["of"]): one["value"]
        for one in text.get("correlations") or []
        if isinstance(one, dict) and "of" in one and "value" in one
    }
    return Case(
        [one.get("name") for one in parameters],
        of_case if features is None else features,
        errors,
        priors if len(priors) == len(parameters) else [],
        correlations,
    )


def rows(case: Case, table: Path | None, most: int = 10_000) -> np.ndarray | None:
    """
    Features [N,F] of a table (.csv or .npz, columns by name), for the comparison with the framework.

    None where the table is of another kind or lacks a column. Errors that the table does not have are
    those of the case.
    """
    if table is None or table.suffix not in (".csv", ".npz") or not table.exists():
        return None
    columns = _columns(table, most)
    result = []
    for name in case.features:
        of = name.removesuffix("_error").removesuffix("_mask")
        if name in columns:
            result.append(columns[name])
        elif name.endswith("_mask"):
            result.append(np.ones_like(next(iter(columns.values()))))
        elif name.endswith("_error") and of in case.errors:
            result.append(np.full_like(next(iter(columns.values())), case.errors[of]))
        else:
            return None
    stacked = np.stack(result, axis=1)
    stacked = stacked[np.isfinite(stacked).all(axis=1)]
    return stacked if len(stacked) else None


def _columns(table: Path, most: int) -> dict[str, np.ndarray]:
    if table.suffix == ".npz":
        with np.load(table) as arrays:
            return {
                name: arrays[name][:most].astype(float) for name in arrays.files if arrays[name].ndim == 1
            }
    with table.open(newline="") as file:
        lines = [line for _, line in zip(range(most), csv.DictReader(file), strict=False)]
    names = lines[0] if lines else {}
    return {name: np.array([_number(line[name]) for line in lines]) for name in names}


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return float("nan")
