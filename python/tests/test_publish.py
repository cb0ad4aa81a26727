"""Rows of tables as observations, without a broker."""

from datetime import datetime, timezone

import numpy as np
import pandas
import pytest
from astropy import units
from astropy.table import MaskedColumn, QTable, Table

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


def test_a_text_is_a_name_also_where_it_reads_as_a_missing_value():
    names = ["nan", "--", "NaT", "<NA>", "None"]
    table = pandas.DataFrame({"star": names, "galaxy": names, "ofe": 0.2})
    rows = list(observations(table, object="star", survey="s", measurements={"O_Fe": "ofe"}, group="galaxy"))
    assert [(one["object"], one["group"]) for one in rows] == [(name, name) for name in names]
    missing = pandas.DataFrame({"star": ["a", "b", "c"], "galaxy": [None, np.nan, pandas.NA], "ofe": 0.2})
    rows = list(observations(missing, object="star", survey="s", measurements={"O_Fe": "ofe"}, group="galaxy"))
    assert [one["group"] for one in rows] == [None, None, None]
    masked = Table({"star": ["a"], "galaxy": MaskedColumn(["--"], mask=[True]), "ofe": [0.2]})
    (row,) = observations(masked, object="star", survey="s", measurements={"O_Fe": "ofe"}, group="galaxy")
    assert row["group"] is None


def test_large_integers_keep_their_digits():
    table = pandas.DataFrame({"id": [1237648720693755918], "ofe": [0.2]})
    (row,) = observations(table, object="id", survey="s", measurements={"O_Fe": "ofe"})
    assert row["object"] == "1237648720693755918"
    assert row["dated"] is False


def test_integers_beside_missing_ones_are_no_fractions():
    table = pandas.DataFrame({"id": [7, 8], "field": [12, None], "version": [3, None], "ofe": [0.2, 0.3]})
    first, second = observations(
        table, object="id", survey="s", measurements={"O_Fe": "ofe"}, group="field", revision="version"
    )
    assert (first["object"], first["group"], first["revision"]) == ("7", "12", 3)
    assert (second["group"], second["revision"]) == (None, 0)


def test_long_revisions_keep_their_digits():
    rows = [{"id": b"a", "version": np.int64(1_767_225_600_000_000_001)}]
    (row,) = observations(rows, object="id", survey="s", measurements={}, revision="version")
    assert (row["object"], row["revision"]) == ("a", 1_767_225_600_000_000_001)


def test_a_unit_is_not_dropped():
    table = QTable({"star": ["a"], "age": [7000.0] * units.Myr})
    with pytest.raises(sidereus.SidereusError, match="row 1, column 'age' has the unit Myr"):
        list(observations(table, object="star", survey="s", measurements={"T_birth_Gyr": "age"}))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"star": 1.2e18, "ofe": 1}], "row 1, column 'star': 1.2e\\+18 is a floating-point number"),
        ([{"star": "a"}], "no column 'ofe'; there are star"),
        ([{"star": "", "ofe": 1}], "row 1 has no identifier"),
        ([{"star": "a", "ofe": "high"}], "row 1, column 'ofe': 'high' is no number"),
    ],
)
def test_errors_say_where(rows, message):
    with pytest.raises(sidereus.SidereusError, match=message):
        list(observations(rows, object="star", survey="s", measurements={"O_Fe": "ofe"}, time=NOON))


def test_revisions_are_whole():
    for wrong in (1.5, "new", np.inf):
        rows = [{"star": "a", "version": wrong}]
        with pytest.raises(sidereus.SidereusError, match="is no whole number"):
            list(observations(rows, object="star", survey="s", measurements={}, revision="version"))


def test_a_time_needs_a_zone():
    with pytest.raises(sidereus.SidereusError, match="no zone"):
        list(observations([{"star": "a"}], object="star", survey="s", measurements={}, time=datetime(2026, 1, 1)))


def test_missing_addresses_are_named(monkeypatch):
    monkeypatch.delenv("SIDEREUS_BOOTSTRAP_SERVERS", raising=False)
    with pytest.raises(sidereus.SidereusError, match="SIDEREUS_BOOTSTRAP_SERVERS"):
        sidereus.connect()
