"""The numbers of the framework beside a bundle."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from . import safetensors
from .posteriors import Posterior

OBJECTS, SAMPLES = 16, 64


def write(path: Path, posterior: Posterior, rows: np.ndarray | None, seed: int = 1) -> None:
    """
    Writes x, noise, theta and log_prob.

    :param rows: features [N,F] of simulated or observed objects; None: random ones like those of the
        training
    """
    random = np.random.default_rng(seed)
    scaling = posterior.flow.feature_scaling
    if rows is None:
        shift = np.array([one["shift"] for one in scaling])
        scale = np.array([one["scale"] for one in scaling])
        rows = shift + scale * random.normal(size=(OBJECTS, len(scaling)))
    else:
        rows = rows[random.permutation(len(rows))[:OBJECTS]]
    x = rows.astype(np.float32)
    noise = random.normal(size=(SAMPLES, len(posterior.flow.parameter_scaling))).astype(np.float32)
    each_x, each_noise = np.repeat(x, SAMPLES, axis=0), np.tile(noise, (len(x), 1))
    theta = posterior.sample(each_x, each_noise)
    log_prob = posterior.log_prob(each_x, theta)
    shape = (len(x), SAMPLES)
    safetensors.write(
        path,
        {"x": x, "noise": noise, "theta": theta.reshape(*shape, -1), "log_prob": log_prob.reshape(shape)},
    )
