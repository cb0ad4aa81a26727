"""Stars that are published once for all tests."""

from datetime import datetime, timedelta, timezone

import numpy as np
import pandas
import pytest

import sidereus

ABUNDANCES = ("C_Fe", "Fe_H", "He_Fe", "Mg_Fe", "N_Fe", "Ne_Fe", "O_Fe", "Si_Fe")
STAR = (0.106, 0.1743, 0.0221, 0.4858, 0.0969, 0.7776, 0.5439, 0.3325)
STARS = 12
MEASURED = {name: (name, name + "_err") for name in ABUNDANCES}


@pytest.fixture(scope="session")
def published():
    """Stars of one galaxy, published once; the posteriors of the galaxy as they arrived."""
    noise = np.random.default_rng(1)
    table = pandas.DataFrame(
        {
            "star": [f"python-{i}" for i in range(STARS)],
            "galaxy": "python",
            "date": [datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=i) for i in range(STARS)],
        }
    )
    for name, value in zip(ABUNDANCES, STAR, strict=True):
        table[name] = value + 0.05 * noise.standard_normal(STARS)
        table[name + "_err"] = 0.05
    with sidereus.connect() as stream:
        groups = stream.groups(start="now", stop=60)
        assert (
            stream.publish(
                table, object="star", survey="py", group="galaxy", time="date", measurements=MEASURED
            )
            == STARS
        )
        arrived = []
        for posterior in groups:
            if posterior.window is None:
                arrived.append(posterior)
                if posterior.objects == STARS:
                    break
    return arrived
