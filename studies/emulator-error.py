"""Prints what the objects of a group have in common of an emulator's error (the manifest's emulator_error).

    python studies/emulator-error.py inputs bundles/gce-tng 200000 > inputs.csv
    ./sidereus simulate gce --yields YIELDS --in inputs.csv --out runs.csv
    python studies/emulator-error.py fit bundles/gce-tng runs.csv              # needs numpy and onnxruntime

The inputs: half are drawn from the prior; of the other half the shared parameters are spread evenly over the range of
the training. The fit is that of the training (CommonErrors.java): runs in cells of nearly equal shared parameters z,
whose mean errors are normal with the variance s(z)^2 plus that by chance, and log s a polynomial of degree 2. For
each observable it prints s at the prior's mean and at 3 prior sd on both sides along each shared parameter, and then
the values for the manifest.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np

SEED = 77
SMALLEST_CELL = 20


def moments(prior):
    """Mean and sd of a prior."""
    if prior["kind"] == "normal":
        return prior["mean"], prior["sd"]
    if prior["kind"] == "uniform":
        return (prior["lower"] + prior["upper"]) / 2, (prior["upper"] - prior["lower"]) / 12**0.5
    raise SystemExit(f"a prior of the kind {prior['kind']} is not known here")


def draws(prior, count, random):
    if prior["kind"] == "uniform":
        return random.uniform(prior["lower"], prior["upper"], count)
    lower = prior["lower"] if prior.get("lower") is not None else -np.inf
    upper = prior["upper"] if prior.get("upper") is not None else np.inf
    values = random.normal(prior["mean"], prior["sd"], count)
    while (outside := ~((lower <= values) & (values <= upper))).any():
        values[outside] = random.normal(prior["mean"], prior["sd"], outside.sum())
    return values


def spread(prior, count, random, sigmas):
    if prior["kind"] != "normal":
        return draws(prior, count, random)
    return prior["mean"] + prior["sd"] * random.uniform(-sigmas, sigmas, count)


def columns(path, names):
    with open(path, newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row["void_reason"]]
    return np.array([[float(row[name]) for name in names] for row in rows])


def cells(z):
    """Indices of the runs of each cell."""
    size = max(SMALLEST_CELL, int(len(z) ** 0.5) // 2)
    found, open_cells = [], [np.arange(len(z))]
    while open_cells:
        cell = open_cells.pop()
        if len(cell) < 2 * size:
            found.append(cell)
            continue
        ordered = cell[np.argsort(z[cell, np.argmax(z[cell].var(axis=0))], kind="stable")]
        open_cells += [ordered[: len(cell) // 2], ordered[len(cell) // 2 :]]
    return found


def terms(z):
    k = z.shape[1]
    products = [z[:, i] * z[:, j] / (2 if i == j else 1) for i in range(k) for j in range(i + 1)]
    return np.column_stack([np.ones(len(z)), z] + products)


def fitted(z, error):
    """Coefficients of log s of one observable."""
    parts = cells(z)
    design = terms(np.array([z[cell].mean(axis=0) for cell in parts]))
    square = np.array([error[cell].mean() ** 2 for cell in parts])
    chance = np.array([error[cell].var(ddof=1) / len(cell) for cell in parts])
    precision = np.diag([1e-7] + [1.0] * (design.shape[1] - 1))

    def log_posterior(c):
        variance = np.exp(2 * design @ c) + chance
        return -(np.log(variance) + square / variance).sum() / 2 - (c[1:] ** 2).sum() / 2

    c = np.zeros(design.shape[1])
    c[0] = np.log(max(square.mean() - chance.mean(), 0.01 * chance.mean())) / 2
    value = log_posterior(c)
    for _ in range(100):
        common = np.exp(2 * design @ c)
        variance = common + chance
        share = common / variance
        gradient = design.T @ (share * (square / variance - 1)) - np.concatenate([[0], c[1:]])
        step = np.linalg.solve(design.T @ (design * 2 * share[:, None] ** 2) + precision, gradient)
        length = 1.0
        while not log_posterior(c + length * step) >= value and length > 1e-6:
            length /= 2
        gain = log_posterior(c + length * step) - value
        if not gain >= 0:
            break
        c, value = c + length * step, value + gain
        if gain < 1e-7 * len(parts):
            break
    return c


def manifest_value(c, k):
    curvature = np.zeros((k, k))
    at = 1 + k
    for i in range(k):
        for j in range(i + 1):
            curvature[i, j] = curvature[j, i] = c[at]
            at += 1
    return {
        "at_mean": float(f"{np.exp(c[0]):.3g}"),
        "slope": np.round(c[1 : 1 + k], 3).tolist(),
        "curvature": np.round(curvature, 3).tolist(),
    }


def main():
    what, bundle = sys.argv[1], Path(sys.argv[2])
    manifest = json.loads((bundle / "manifest.json").read_text())
    parameters = manifest["parameters"]
    shared = [one["role"] == "shared" for one in parameters]
    if what == "inputs":
        sigmas = manifest["provenance"].get("recipe", {}).get("simulation", {}).get("sigmas", 5)
        random = np.random.default_rng(SEED)
        half = int(sys.argv[3]) // 2
        near = [draws(one["prior"], half, random) for one in parameters]
        far = [
            spread(one["prior"], half, random, sigmas) if is_shared else draws(one["prior"], half, random)
            for one, is_shared in zip(parameters, shared)
        ]
        print(",".join(one["name"] for one in parameters))
        np.savetxt(sys.stdout, np.vstack([np.array(near).T, np.array(far).T]), fmt="%.9g", delimiter=",")
        return

    import onnxruntime

    observables = [one["name"] for one in manifest["observables"]]
    theta = columns(sys.argv[3], [one["name"] for one in parameters])
    truth = columns(sys.argv[3], observables)
    emulator = onnxruntime.InferenceSession(str(bundle / "emulator.onnx"))
    error = emulator.run(None, {"theta": theta.astype(np.float32)})[0] - truth
    means = [moments(one["prior"]) for one, is_shared in zip(parameters, shared) if is_shared]
    z = (theta[:, shared] - [mean for mean, _ in means]) / [sd for _, sd in means]
    k = z.shape[1]
    places = np.vstack([np.zeros((1, k)), 3 * np.repeat(np.eye(k), 2, axis=0) * np.tile([[-1], [1]], (k, 1))])
    values = {}
    for m, name in enumerate(observables):
        c = fitted(z, error[:, m])
        print(f"{name:8s} s", " ".join(f"{s:.6f}" for s in np.exp(terms(places) @ c)))
        values[name] = manifest_value(c, k)
    for name, value in values.items():
        print(name, json.dumps(value))


main()
