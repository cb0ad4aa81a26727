"""Prints what the objects of a group have in common of an emulator's error (the manifest's emulator_error).

    ./sidereus simulate gce --yields YIELDS --draw 50000 --seed 77 --out draws.csv
    python studies/emulator-error.py bundles/gce-tng draws.csv      # needs numpy and onnxruntime

For each observable: the rms error over the prior, and the rms over the prior of the mean error at given shared
parameters, from a regression on a polynomial of degree 4. The part that the regression finds by chance is subtracted.
"""

import csv
import itertools
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime


def columns(path, names):
    with open(path, newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row["void_reason"]]
    return np.array([[float(row[name]) for name in names] for row in rows])


bundle = Path(sys.argv[1])
manifest = json.loads((bundle / "manifest.json").read_text())
parameters = manifest["parameters"]
observables = [one["name"] for one in manifest["observables"]]
theta = columns(sys.argv[2], [one["name"] for one in parameters])
truth = columns(sys.argv[2], observables)
emulator = onnxruntime.InferenceSession(str(bundle / "emulator.onnx"))
error = emulator.run(None, {"theta": theta.astype(np.float32)})[0] - truth

shared = [
    (theta[:, i] - one["prior"]["mean"]) / one["prior"]["sd"]
    for i, one in enumerate(parameters)
    if one["role"] == "shared"
]
powers = [p for p in itertools.product(range(5), repeat=len(shared)) if sum(p) <= 4]
design = np.stack([np.prod([z**e for z, e in zip(shared, p)], axis=0) for p in powers], axis=1)
fitted = design @ np.linalg.lstsq(design, error, rcond=None)[0]
chance = np.mean((error - fitted) ** 2, axis=0) * len(powers) / len(error)
common = np.sqrt(np.maximum(0, np.mean(fitted**2, axis=0) - chance))
for name, rms, part in zip(observables, np.sqrt(np.mean(error**2, axis=0)), common):
    print(f"{name:8s} rms {rms:.6f}  common {part:.6f}")
