"""The whole path: a service with the bundle gce-tng runs at the addresses of the environment."""

import os
import time
from datetime import datetime, timedelta, timezone

import pytest
from conftest import MEASURED

import sidereus

pytestmark = pytest.mark.skipif(
    "SIDEREUS_BOOTSTRAP_SERVERS" not in os.environ,
    reason="no service runs; ./mvnw -Ppython test starts one",
)
STARS = 12


def test_groups_arrive_and_narrow(published):
    assert published[-1].objects == STARS
    assert published[-1]["alpha_IMF"].sd < 0.06
    assert published[-1].group == "python"
    assert published[-1].covariance.shape == (2, 2)
    quantiles = published[-1]["alpha_IMF"].quantiles
    assert quantiles[0.16] < quantiles[0.5] < quantiles[0.84]


def test_objects_from_the_beginning_as_tables(published):
    with sidereus.connect() as stream:
        frame = stream.objects(start="beginning", stop="end").to_pandas(latest=True)
        mine = frame[frame.survey == "py"]
        assert len(mine) == STARS
        assert (mine.alpha_IMF_sd > 0).all()
        table = stream.objects(start="beginning", stop="end").to_astropy()
        assert {"survey", "object", "alpha_IMF_mean", "flags"} <= set(table.colnames)
        assert table.meta["bundles"]


def test_start_by_offset_and_by_time(published):
    with sidereus.connect() as stream:
        everything = stream.objects(start="beginning", stop="end").to_list()
        last = everything[-1]
        again = stream.objects(start={last.partition: last.offset}, stop="end").to_list()
        assert last.offset in [one.offset for one in again if one.partition == last.partition]
        future = datetime.now(timezone.utc) + timedelta(days=1)
        later = stream.objects(start=future, stop=8)
        stream.publish(
            [{"star": "too early", **{name: 0.1 for name in MEASURED}, **{name + "_err": 0.05 for name in MEASURED}}],
            object="star",
            survey="py-early",
            measurements=MEASURED,
        )
        assert later.to_list() == []


def test_draws_have_the_moments_of_the_posterior(published):
    draws = published[-1].draws(20_000, seed=1)
    assert draws.mean(axis=0) == pytest.approx(published[-1].mean, abs=0.01)
    arviz = pytest.importorskip("arviz")
    assert sidereus.to_arviz(published[-1]) is not None
    assert arviz is not None


def test_an_absent_topic_is_named(published):
    with sidereus.connect(prefix="absent") as stream, pytest.raises(sidereus.SidereusError, match="absent.group"):
        stream.groups()


def test_offsets_that_are_not_there_are_named(published):
    with sidereus.connect() as stream:
        with pytest.raises(sidereus.SidereusError, match="offset 1000000 of partition 0, which ends at"):
            stream.objects(start={0: 1_000_000})
        with pytest.raises(sidereus.SidereusError, match="names partition 77"):
            stream.objects(start={77: 0})
        with pytest.raises(sidereus.SidereusError, match="'begin'"):
            stream.objects(start="begin")
        with pytest.raises(sidereus.SidereusError, match="'END'"):
            stream.objects(stop="END")


def test_a_withdrawn_object_is_not_among_the_latest(published):
    with sidereus.connect() as stream:
        objects = stream.objects(start="now", stop=60)
        rows = [{"star": "leaver", "x": 0.1, "e": 0.05}]
        stream.publish(rows, object="star", survey="leaving", measurements=dict.fromkeys(MEASURED, ("x", "e")))
        assert next(one for one in objects if one.survey == "leaving").object == "leaver"
        assert "leaver" in {one.object for one in stream.objects("beginning", "end").to_list(latest=True)}
        stream.withdraw("leaving", ["leaver"])
        deadline = time.monotonic() + 60
        while "leaver" in {one.object for one in stream.objects("beginning", "end").to_list(latest=True)}:
            assert time.monotonic() < deadline


def test_an_absent_registry_is_named(published):
    with sidereus.connect(schema_registry_url="http://127.0.0.1:1") as stream:
        with pytest.raises(sidereus.SidereusError, match="registry does not respond at http://127.0.0.1:1"):
            next(iter(stream.groups(start="beginning")))
        with pytest.raises(sidereus.SidereusError, match="registry does not respond at http://127.0.0.1:1"):
            stream.withdraw("survey", ["star"])


def test_wrong_credentials_are_named(published):
    secret = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN"}
    secret |= {"sasl.username": "nobody", "sasl.password": "wrong"}
    with pytest.raises(sidereus.SidereusError, match="check the credentials"):
        sidereus.connect(kafka=secret).groups()
