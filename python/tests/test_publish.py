"""Rows of tables as observations, without a broker."""

from datetime import datetime, timezone

import numpy as np
import pandas
import pytest
from astropy.table import MaskedColumn, Table

import sidereus
from sidereus.publish import observations

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
MEASURED = {"Fe_H": ("feh", "feh_err"), "O_Fe": "ofe"}


def test_pandas_rows_leave_out_missing_values():
    table = pandas.DataFrame({"star": ["a", "b"], "feh": [0.1, np.nan], "feh_err": [0.05, 0.05], "ofe": [0.2, 0.3]})
    rows = list(observations(table, object="star", survey="s", measurements=MEASURED, time=NOON))
    assert rows[0]["measurements"] == [
        {"name": "Fe_H", "value": 0.1, "error": 0.05},
        {"name": "O_Fe", "value": 0.2, "error": None},
    ]
    assert [one["name"] for one in rows[1]["measurements"]] == ["O_Fe"]


def test_astropy_rows_leave_out_masked_values():
    table = Table({"star": ["a"], "feh": MaskedColumn([0.1], mask=[True]), "feh_err": [0.05], "ofe": [0.2]})
    (row,) = observations(table, object="star", survey="s", measurements=MEASURED, time=NOON)
    assert [one["name"] for one in row["measurements"]] == ["O_Fe"]


def test_large_integers_keep_their_digits():
    table = pandas.DataFrame({"id": [1237648720693755918], "ofe": [0.2]})
    (row,) = observations(table, object="id", survey="s", measurements={"O_Fe": "ofe"})
    assert row["object"] == "1237648720693755918"
    assert row["dated"] is False


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"star": "a"}], "no column 'ofe'; there are star"),
        ([{"star": "", "ofe": 1}], "row 1 has no identifier"),
        ([{"star": "a", "ofe": "high"}], "row 1, column 'ofe': 'high' is no number"),
    ],
)
def test_errors_say_where(rows, message):
    with pytest.raises(sidereus.SidereusError, match=message):
        list(observations(rows, object="star", survey="s", measurements={"O_Fe": "ofe"}, time=NOON))


def test_a_time_needs_a_zone():
    with pytest.raises(sidereus.SidereusError, match="no zone"):
        list(observations([{"star": "a"}], object="star", survey="s", measurements={}, time=datetime(2026, 1, 1)))


def test_missing_addresses_are_named(monkeypatch):
    monkeypatch.delenv("SIDEREUS_BOOTSTRAP_SERVERS", raising=False)
    with pytest.raises(sidereus.SidereusError, match="SIDEREUS_BOOTSTRAP_SERVERS"):
        sidereus.connect()
