"""Records and tables, without a stream."""

import io
from datetime import datetime, timezone

import pytest

from sidereus import ObjectPosterior, SidereusError
from sidereus.records import GroupPosterior, Posteriors, _Withdrawal

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)


def star(name, parameter="rate", offset=0, **more):
    values = {
        "survey": "survey", "object": name, "group": None, "time": NOON, "revision": 0, "bundle": "bundle",
        "bundle_version": "1", "flags": [], "covariance": [1.0], "p_value": None,
        "parameters": [{"name": parameter, "unit": "m / s", "mean": 1.0, "sd": 0.5}],
    }
    return name.encode(), ObjectPosterior({**values, **more}, 0, offset)


def galaxy(survey, start, version="1"):
    values = {
        "group": "galaxy", "window_start": start, "window_end": start, "closed": True, "time": NOON,
        "bundle": "bundle", "bundle_version": version, "objects": 3, "survey": survey, "flags": [],
        "covariance": [1.0], "parameters": [{"name": "rate", "unit": "", "mean": 1.0, "sd": 0.5}],
    }
    return repr((survey, start, version)).encode(), GroupPosterior(values, 0, 0)


def test_what_is_withdrawn_is_not_among_the_latest():
    records = [star("a"), star("b"), _Withdrawal(b"a"), star("c"), _Withdrawal(b"nothing")]
    assert [one.object for one in Posteriors(iter(records)).to_list(latest=True)] == ["b", "c"]
    assert [one.object for one in Posteriors(iter(records)).to_list()] == ["a", "b", "c"]


def test_the_withdrawal_of_an_old_version_leaves_the_new_one():
    old, new = galaxy(None, None, "1"), galaxy(None, None, "2")
    latest = Posteriors(iter([old, new, _Withdrawal(old[0])])).to_list(latest=True)
    assert [one.bundle_version for one in latest] == ["2"]


def test_the_share_of_outliers_is_in_the_table():
    pytest.importorskip("astropy")
    key, known = galaxy(None, None)
    known.values["parameters"][0]["unit"] = "m / s"
    known.values["outliers"] = [{
        "parameter": "rate", "unit": "m / s", "share": 0.04, "share_quantiles": [0.01, 0.02, 0.03, 0.05, 0.09],
        "log_bayes_factor": 5.0, "mean": 1.1, "sd": 0.2,
    }]
    assert known.outliers["rate"].quantiles[0.84] == 0.05
    unknown = galaxy("survey", NOON)
    unknown[1].values["parameters"][0]["unit"] = "m / s"
    assert unknown[1].outliers == {}
    table = Posteriors(iter([(key, known), unknown])).to_astropy()
    assert table["rate_outliers_share"].tolist() == [0.04, None]
    assert table["rate_outliers_share_q16"][0] == 0.02
    assert table["rate_outliers_log_bayes_factor"][0] == 5.0
    assert table["rate_outliers_mean"][0] == 1.1
    assert str(table["rate_outliers_sd"].unit) == "m / s"


def test_windows_of_two_surveys_are_two():
    records = [galaxy("one", NOON), galaxy("two", NOON)]
    assert len(Posteriors(iter(records)).to_list(latest=True)) == 2
    assert list(Posteriors(iter(records)).to_pandas(latest=True)["survey"]) == ["one", "two"]


def test_records_are_read_once():
    records = Posteriors(iter([star("a"), star("b")]))
    for one in records:
        assert one.object == "a"
        break
    assert [one.object for one in records] == ["b"]
    with pytest.raises(SidereusError, match="ask the stream for them again"):
        records.to_list()


def test_a_table_of_two_bundles_has_the_columns_of_both():
    pytest.importorskip("astropy")
    records = [star("a"), star("b", "slope", bundle="other", p_value=0.5, flags=["MODEL_MISFIT"])]
    table = Posteriors(iter(records)).to_astropy()
    assert {"rate_mean", "slope_mean"} <= set(table.colnames)
    assert table["slope_mean"].mask.tolist() == [True, False]
    assert str(table["slope_sd"].unit) == "m / s"
    assert table["flags"][1] == "MODEL_MISFIT"


@pytest.mark.parametrize("name", ["fits", "votable", "ascii.ecsv"])
def test_a_table_can_be_written(name):
    pytest.importorskip("astropy")
    table = Posteriors(iter([star("a"), star("b", group="galaxy")])).to_astropy()
    assert table["time"][0] == "2026-01-01T12:00:00.000"
    table.write(io.StringIO() if name == "ascii.ecsv" else io.BytesIO(), format=name)
    windows = Posteriors(iter([galaxy("survey", NOON), galaxy(None, None)])).to_astropy()
    windows.write(io.StringIO() if name == "ascii.ecsv" else io.BytesIO(), format=name)
