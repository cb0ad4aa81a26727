"""The service's page of metrics, read by the strict parser of OpenMetrics."""

import os
import time
import urllib.request

import pytest

import sidereus

pytestmark = pytest.mark.skipif("SIDEREUS_METRICS_URL" not in os.environ, reason="no service runs")
NAMES = ['a "quote" and \\ a backslash', "line\nend", "\u2609 sun", "(others)", "x" * 99 + "\U0001f600", "bell\a", "bell\\u0007"]


def page():
    accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
    request = urllib.request.Request(os.environ["SIDEREUS_METRICS_URL"], headers={"Accept": accept})
    with urllib.request.urlopen(request) as response:
        assert response.headers["Content-Type"].startswith("application/openmetrics-text")
        return response.read().decode()


def test_names_that_producers_choose_do_not_break_the_page():
    parser = pytest.importorskip("prometheus_client.openmetrics.parser")
    row = {"star": "odd", "x": 0.1}
    with sidereus.connect() as stream:
        stream.publish([row], object="star", survey="odd", measurements=dict.fromkeys(NAMES, "x"))
    deadline = time.monotonic() + 60
    while "sidereus_unread_measurements_total{" not in page():
        assert time.monotonic() < deadline
        time.sleep(0.2)
    families = {one.name: one for one in parser.text_string_to_metric_families(page())}
    assert len(families) > 100
    assert families["sidereus_events"].type == "counter"
    counts = {one.labels["name"]: one.value for one in families["sidereus_unread_measurements"].samples}
    assert counts[NAMES[0]] == 1
    assert counts["\u2609 sun"] == 1
    assert counts["bell\\u0007"] == 2
    assert counts["x" * 99 + "..."] == 1
