"""Rows of a table as observations."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timezone
from typing import Any, cast

import numpy as np

from .errors import SidereusError


def observations(
    table: Any,
    *,
    object: str,
    survey: str,
    measurements: Mapping[str, Any],
    group: str | None = None,
    time: str | datetime | None = None,
    revision: str | None = None,
    visit: str | None = None,
    bundle: str | None = None,
) -> Iterator[dict[str, Any]]:
    """The rows of a table by the Avro contract ``Observation``."""
    for number, row in enumerate(_rows(table), start=1):
        name = _text(row, object, number)
        if not name:
            raise SidereusError(f"row {number} has no identifier in column {object!r}; give each object one")
        yield {
            "kind": "OBSERVATION",
            "survey": survey,
            "object": name,
            "group": _text(row, group, number),
            "time": _time(row, time, number),
            "dated": time is not None,
            "revision": _revision(row, revision, number),
            "bundle": bundle,
            "measurements": list(_measured(row, measurements, number)),
            "visit": _text(row, visit, number),
            "shared_errors": [],
        }


def _rows(table: Any) -> Iterable[Mapping[str, Any]]:
    if hasattr(table, "to_dict"):  # pandas
        return cast("Iterable[Mapping[str, Any]]", table.to_dict("records"))
    if hasattr(table, "colnames"):  # astropy
        return ({name: row[name] for name in table.colnames} for row in table)
    return cast("Iterable[Mapping[str, Any]]", table)


def _cell(row: Mapping[str, Any], column: str, number: int) -> Any:
    if column not in row:
        raise SidereusError(f"row {number} has no column {column!r}; there are {', '.join(map(str, row))}")
    value = row[column]
    if isinstance(value, (str, bytes)):
        return value  # also where an object or a group is called nan
    if value is None or getattr(value, "mask", False) is True or str(value) in ("--", "nan", "NaT", "<NA>"):
        return None
    return value


def _text(row: Mapping[str, Any], column: str | None, number: int) -> str | None:
    if column is None:
        return None
    value = _cell(row, column, number)
    if isinstance(value, bytes):
        return value.decode()
    # pandas has integers beside missing ones as floating-point numbers
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        if abs(value) > 2 ** (np.finfo(type(value)).nmant + 1):
            raise SidereusError(
                f"row {number}, column {column!r}: {value!r} is a floating-point number, which lost digits of the "
                "identifier; read the column as text or as integers"
            )
        return str(int(value))
    return None if value is None else str(value)


def _revision(row: Mapping[str, Any], column: str | None, number: int) -> int:
    value = None if column is None else _cell(row, column, number)
    if value is None:
        return 0
    revision: int | None
    try:
        revision = int(value)
    except (TypeError, ValueError, OverflowError):
        revision = None
    if revision is None or (isinstance(value, (float, np.floating)) and revision != value):
        raise SidereusError(f"row {number}, column {column!r}: the revision {value!r} is no whole number; correct it")
    return revision


def _time(row: Mapping[str, Any], time: str | datetime | None, number: int) -> datetime:
    if time is None:
        return datetime.fromtimestamp(0, timezone.utc)  # not known: "dated" says so
    value = _cell(row, time, number) if isinstance(time, str) else time
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime()
    if hasattr(value, "to_datetime"):
        value = value.to_datetime()
    if not isinstance(value, datetime):
        raise SidereusError(
            f"row {number} has no time of observation; give time= a column of datetimes, or one datetime for all"
        )
    if value.tzinfo is None:
        raise SidereusError(f"the time of row {number} has no zone; use datetime(..., tzinfo=timezone.utc)")
    return value


def _measured(row: Mapping[str, Any], measurements: Mapping[str, Any], number: int) -> Iterator[dict[str, Any]]:
    for name, columns in measurements.items():
        value_column, error_column = (columns, None) if isinstance(columns, str) else columns
        value = _number(row, value_column, number)
        if value is not None:
            error = None if error_column is None else _number(row, error_column, number)
            yield {"name": name, "value": value, "error": error}


def _number(row: Mapping[str, Any], column: str, number: int) -> float | None:
    value = _cell(row, column, number)
    if value is None:
        return None
    unit = getattr(value, "unit", None)
    if unit is not None and str(unit):
        raise SidereusError(
            f"row {number}, column {column!r} has the unit {unit}, which is not published; give the numbers in the unit "
            "that the bundle has, such as table[column].to_value(unit)"
        )
    try:
        converted = float(value)
    except (TypeError, ValueError) as error:
        raise SidereusError(f"row {number}, column {column!r}: {value!r} is no number; correct it") from error
    return None if math.isnan(converted) else converted
