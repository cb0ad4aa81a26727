#!/usr/bin/env python3
"""How often a posterior of few effective samples has a wrong standard deviation, and what more samples of wider flows
change. Mock galaxies of the bundle's emulator, with the errors of the training (PhotometricSurvey).

    python studies/few-effective-samples.py bundles/sed-provabgs [GALAXIES=1500] [SEED=5] [OTHERS=150]

Reference: 32,768 samples of the mixture of WiderFlow, other draws than those that are compared with it. Of the galaxies
with 30 % effective samples or more, OTHERS are compared. Needs numpy, scipy and onnxruntime.
"""
import json
import sys

import numpy as np
import onnxruntime
from scipy.stats import norm, qmc

BANDS = 5
FLOOR = np.array([0.05, 0.02, 0.02, 0.02, 0.03])
MAGNITUDES = [
    [16.25, 17.25, 18.25, 19.25, 20.25, 21.25], [14.25, 15.75, 16.75, 17.75, 18.75],
    [13.75, 15.25, 16.25, 17.25, 17.75], [13.25, 15.25, 16.25, 17.25], [12.75, 14.25, 15.25, 16.25, 17.25]]
MEDIANS = [
    [0.0513, 0.0535, 0.06, 0.0775, 0.1254, 0.2415], [0.0201, 0.0203, 0.0206, 0.0214, 0.0234],
    [0.0201, 0.0202, 0.0204, 0.021, 0.0213], [0.0201, 0.0203, 0.0207, 0.0213], [0.0301, 0.0304, 0.0311, 0.0328, 0.0352]]
BRIGHTEST = np.array([14, 12.8, 12, 11.5, 11.2])
FAINTEST = np.array([25, 21.5, 20, 19.5, 19.2])
SCALE = 2.5 / np.log(10)
SCALES = np.array([1, 1.25, 1.6, 2.2])
SHARES = np.array([0.5, 0.25, 0.15, 0.1])
MORE, STILL_MORE, ENOUGH, REFERENCE, SAMPLES = 4096, 16384, 512, 32768, 1024
CLASSES = [(0, 50), (50, 100), (100, 150), (150, 200), (200, 307), (307, 400), (400, SAMPLES + 1)]


class Galaxies:
    def __init__(self, folder):
        manifest = json.load(open(folder + "/manifest.json"))
        priors = [parameter["prior"] for parameter in manifest["parameters"]]
        self.names = [parameter["name"] for parameter in manifest["parameters"]]
        self.lower = np.array([prior["lower"] for prior in priors])
        self.upper = np.array([prior["upper"] for prior in priors])
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.emulator = onnxruntime.InferenceSession(folder + "/emulator.onnx", options)
        self.posterior = onnxruntime.InferenceSession(folder + "/posterior.onnx", options)

    def mocks(self, count, random):
        rows = []
        while len(rows) < count:
            theta = self.lower + (self.upper - self.lower) * random.random((4096, len(self.lower)))
            redshift = 0.2 * random.random(len(theta))
            magnitudes = self.emulator.run(None, {"theta": np.c_[theta, redshift].astype(np.float32)})[0]
            inside = np.all((magnitudes >= BRIGHTEST) & (magnitudes <= FAINTEST), 1)
            rows += [np.r_[observed(m, random), z] for m, z in zip(magnitudes[inside], redshift[inside])]
        return np.array(rows[:count], np.float32)

    def samples(self, row, noise, log_ratio):
        thetas, weights = [], []
        for start in range(0, len(noise), 8192):
            theta, weight = self.posterior.run(
                ["theta", "log_weight"], {"x": row[None], "noise": noise[start:start + 8192]})
            thetas.append(theta[0])
            weights.append(weight[0])
        theta = np.concatenate(thetas).astype(float)
        log = np.concatenate(weights).astype(float) - log_ratio
        weight = np.exp(log - np.nanmax(log))
        weight = np.nan_to_num(weight) / np.nansum(weight)
        mean = weight @ theta
        return mean, np.sqrt(weight @ (theta - mean) ** 2), 1 / (weight ** 2).sum()


def observed(magnitudes, random):
    """Magnitudes and errors of one galaxy."""
    kind = random.random()
    factor = 10 ** random.random() if kind < 1 / 12 else 0.5 ** random.random() if kind < 1 / 12 + 1 / 8 else 1
    values, errors = np.zeros(BANDS), np.zeros(BANDS)
    for band in range(BANDS):
        anywhere = random.uniform(MAGNITUDES[band][0], MAGNITUDES[band][-1])
        excess = np.sqrt(np.array(MEDIANS[band]) ** 2 - FLOOR[band] ** 2)
        median = np.hypot(FLOOR[band], np.exp(np.interp(anywhere, MAGNITUDES[band], np.log(excess))))
        errors[band] = min(1, max(0.5 * FLOOR[band], factor * median * np.exp(0.2 * random.standard_normal())))
        relative = errors[band] / SCALE
        least = max(0.25, 1 - 8 * relative)
        ratio = 0
        while ratio < least or random.random() * ratio > least:
            ratio = 1 + relative * random.standard_normal()
        values[band] = magnitudes[band] + SCALE * np.log(ratio)
    return np.r_[values, errors]


def own(dimensions):
    """Noise of the flow: even, mirrored, with the identity as covariance."""
    half = norm.ppf(qmc.Sobol(dimensions, seed=7).random(SAMPLES // 2))
    half = np.linalg.solve(np.linalg.cholesky(half.T @ half / len(half)), half.T).T
    return np.r_[half, -half].astype(np.float32), np.zeros(SAMPLES)


def wider(uniform, which):
    """Noise of the mixture, and the logarithm of its density over that of the flow."""
    scale = SCALES[np.searchsorted(np.cumsum(SHARES)[:-1], which, side="right")]
    noise = norm.ppf(np.clip(uniform, 1e-9, 1 - 1e-9)) * scale[:, None]
    square = (noise ** 2).sum(1)
    terms = [np.log(p) + 0.5 * square * (1 - s ** -2.0) - noise.shape[1] * np.log(s) for p, s in zip(SHARES, SCALES)]
    return noise.astype(np.float32), np.logaddexp.reduce(terms)


def main(folder, count=1500, seed=5, others=150):
    galaxies = Galaxies(folder)
    dimensions = len(galaxies.names)
    rows = galaxies.mocks(count, np.random.default_rng(seed))
    more, still_more = (wider(qmc.Sobol(dimensions, seed=3).random(n), np.arange(n) * (np.sqrt(5) - 1) / 2 % 1)
                        for n in (MORE, STILL_MORE))
    random = np.random.default_rng(11)
    reference = wider(random.random((REFERENCE, dimensions)), random.random(REFERENCE))
    noise = own(dimensions)
    first = [galaxies.samples(row, *noise) for row in rows]
    effective = np.array([one[2] for one in first])
    found = []
    for i in [*np.flatnonzero(effective < 307), *np.flatnonzero(effective >= 307)[:others]]:
        exact = galaxies.samples(rows[i], *reference)
        mixed = galaxies.samples(rows[i], *more)
        drawn = MORE
        if mixed[2] < ENOUGH:
            mixed = galaxies.samples(rows[i], *still_more)
            drawn = STILL_MORE
        far = [np.abs(np.log(one[1] / exact[1])).max() for one in (first[i], mixed)]
        found.append([effective[i], mixed[2], exact[2], *far])
        if max(far) > np.log(1 / 0.7):
            worst = [galaxies.names[np.abs(np.log(one[1] / exact[1])).argmax()] for one in (first[i], mixed)]
            print(f"galaxy {i}: {effective[i]:.0f} of {SAMPLES} effective, {mixed[2]:.0f} of {drawn}, "
                  f"{exact[2]:.0f} of {REFERENCE}; sd off by the factor {np.exp(far[0]):.2f} ({worst[0]}), "
                  f"{np.exp(far[1]):.2f} ({worst[1]})", flush=True)
    found = np.array(found)
    print(f"\n| effective of {SAMPLES} | galaxies | compared | sd off by 1.2, 1.43 "
          f"| with more samples | fewer than {ENOUGH} effective |")
    print("|---|---|---|---|---|---|")
    for low, high in CLASSES:
        some = found[(found[:, 0] >= low) & (found[:, 0] < high)]
        good = some[some[:, 1] >= ENOUGH]
        all_of = ((effective >= low) & (effective < high)).sum()
        print(f"| {low} to {high - 1} | {all_of} | {len(some)} | {(some[:, 3] > np.log(1.2)).sum()}, "
              f"{(some[:, 3] > np.log(1 / 0.7)).sum()} | {(good[:, 4] > np.log(1.2)).sum()}, "
              f"{(good[:, 4] > np.log(1 / 0.7)).sum()} | {len(some) - len(good)} |")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
