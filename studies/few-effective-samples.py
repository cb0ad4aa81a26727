#!/usr/bin/env python3
"""How often a posterior has a wrong standard deviation, and what more samples of wider flows change. Mock galaxies of
the bundle's emulator, with the errors of the training (PhotometricSurvey).

    python studies/few-effective-samples.py bundles/sed-provabgs [GALAXIES=1500] [SEED=5] [OTHERS=150]

Reference: 32,768 samples of the mixture of WiderFlow, other draws than those that are compared with it. All galaxies
that get more samples by the rules of MoreSamples are compared, and the first OTHERS of the others. Needs numpy, scipy
and onnxruntime.
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
THIN, EVEN, CHANGED, NARROWED, FEWEST = 0.3, 0.9, 1.3, 1.5, 50
KINDS = ["fewer than 50 effective", "fewer than 307 effective", "sd changed by the weights", "all others"]


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
        return mean, np.sqrt(weight @ (theta - mean) ** 2), 1 / (weight ** 2).sum(), theta.std(0)


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
    kinds = np.array([kind(one) for one in first])
    found = []
    for i in [*np.flatnonzero(kinds < 3), *np.flatnonzero(kinds == 3)[:others]]:
        exact = galaxies.samples(rows[i], *reference)
        published, drawn = first[i], SAMPLES
        flagged = kinds[i] == 0
        for n, points in ((MORE, more), (STILL_MORE, still_more)):
            if kinds[i] in (1, 2) and (n == STILL_MORE or narrowed(first[i]) <= NARROWED):
                published, drawn = galaxies.samples(rows[i], *points), n
                flagged = published[2] < ENOUGH
                if not flagged:
                    break
        far = [np.abs(np.log(sd / exact[1])).max() for sd in (first[i][3], first[i][1], published[1])]
        found.append([kinds[i], drawn, flagged, *far])
        if max(far[1:]) > np.log(1 / 0.7):
            print(f"galaxy {i}: {first[i][2]:.0f} of {SAMPLES} effective, {published[2]:.0f} of {drawn}, "
                  f"{exact[2]:.0f} of {REFERENCE}; sd off by the factor {np.exp(far[1]):.2f}, "
                  f"published {'with a flag' if flagged else f'{np.exp(far[2]):.2f}'}, flow {np.exp(far[0]):.2f}",
                  flush=True)
    found = np.array(found)
    print("\n| galaxies with | number | compared | flow: sd off by 1.2, 1.43 | first samples | published | flagged |"
          f" {MORE}, {STILL_MORE} samples |")
    print("|---|---|---|---|---|---|---|---|")
    for k, name in enumerate(KINDS):
        some = found[found[:, 0] == k]
        good = some[some[:, 2] == 0]
        off = [f"{(of > np.log(1.2)).sum()}, {(of > np.log(1 / 0.7)).sum()}"
               for of in (some[:, 3], some[:, 4], good[:, 5])]
        print(f"| {name} | {(kinds == k).sum()} | {len(some)} | {' | '.join(off)} | {len(some) - len(good)} | "
              f"{(some[:, 1] == MORE).sum()}, {(some[:, 1] == STILL_MORE).sum()} |")


def narrowed(samples):
    return (samples[3] / samples[1]).max()


def kind(samples):
    """Which of KINDS the samples of the flow are."""
    changed = max(narrowed(samples), (samples[1] / samples[3]).max()) > CHANGED
    if samples[2] < FEWEST:
        return 0
    return 1 if samples[2] < THIN * SAMPLES else 2 if changed and samples[2] <= EVEN * SAMPLES else 3


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
