"""Parts of published-posterior.sh: case and table for the import, and the comparison with sbi and its author."""

import csv
import json
import pickle
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import onnxruntime

NAMES = ("C_Fe", "Fe_H", "He_Fe", "Mg_Fe", "N_Fe", "Ne_Fe", "O_Fe", "Si_Fe")
PARAMETERS = (
    ("alpha_IMF", "", "shared", {"kind": "normal", "mean": -2.3, "sd": 0.3}),
    ("log10_N_Ia", "log10(1/Msun)", "shared", {"kind": "normal", "mean": -2.89, "sd": 0.3}),
    ("log10_SFE", "log10(1/Gyr)", "local", {"kind": "normal", "mean": -0.3, "sd": 0.3}),
    ("log10_SFR_peak", "log10(Gyr)", "local", {"kind": "normal", "mean": 0.55, "sd": 0.1}),
    ("x_out", "", "local", {"kind": "normal", "mean": 0.5, "sd": 0.1}),
    ("T_birth_Gyr", "Gyr", "local", {"kind": "uniform", "lower": 2.0, "upper": 12.8}),
)
TRUTH = (-2.30, -2.89)
ERROR = 0.05


def prepare(folder: Path, work: Path) -> None:
    """Writes case.json and stars.csv."""
    case = {
        "format": 1,
        "name": "published",
        "description": "A published posterior of abundances of stars.",
        "parameters": [
            {"name": name, "unit": unit, "role": role, "prior": prior}
            for name, unit, role, prior in PARAMETERS
        ],
        "observables": [{"name": name, "unit": "dex", "error": ERROR} for name in NAMES],
    }
    (work / "case.json").write_text(json.dumps(case, indent=2))
    stars = np.load(folder / "mock_abundances.npy")
    with (work / "stars.csv").open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["star", "galaxy", *NAMES])
        lines.writerows([f"star-{i}", "mock", *map(float, row)] for i, row in enumerate(stars))


def compare(folder: Path, bundle: Path, work: Path) -> None:
    """The graph of the bundle beside sbi itself and beside the author's samples."""
    import torch

    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    stars = np.load(folder / "mock_abundances.npy").astype(np.float32)
    with next(folder.glob("posterior_*.pickle")).open("rb") as file:
        posterior = pickle.load(file)
    session = _session(bundle / "posterior.onnx")
    samples = 4096
    noise = np.random.default_rng(2).normal(size=(samples, 6)).astype(np.float32)
    terms = next((one.shape[1] for one in session.get_inputs() if one.name == "whitening"), None)
    inputs = {} if terms is None else {"whitening": np.eye(terms, dtype=np.float32)[None]}
    largest, means, sds, outside = 0.0, [], [], []
    for star in stars:
        theta, log_prob = session.run(["theta", "log_prob"], {"x": star[None], "noise": noise, **inputs})
        theta, log_prob = theta[0], log_prob[0]
        with torch.no_grad():
            own = posterior.posterior_estimator.log_prob(
                torch.tensor(theta)[:, None], torch.tensor(star)[None]
            ).numpy()[:, 0]
        largest = max(largest, float(np.abs(own - log_prob).max()))
        inside = (theta[:, 5] >= 2) & (theta[:, 5] <= 12.8)
        outside.append(1 - inside.mean())
        means.append(theta[inside, :2].mean(axis=0))
        sds.append(theta[inside, :2].std(axis=0))
    means, sds = np.array(means), np.array(sds)
    author = np.stack(
        [np.load(next(folder.glob(f"{name}_obs_*.npy"))) for name in ("alpha_IMF", "log10_N_Ia")], axis=2
    )
    kept = author.shape[1]
    print(f"log density at {len(stars) * samples} samples: largest difference from sbi's {largest:.1e}")
    print(f"samples outside of the prior, which sbi draws again: {100 * np.mean(outside):.2f} %")
    print("\nof 200 stars, beside the samples of the author       alpha_IMF  log10_N_Ia")
    error = author.std(axis=1) * np.sqrt(1 / kept + 1 / samples)
    _line("rms difference of means, in Monte Carlo errors", _rms((means - author.mean(axis=1)) / error))
    error = author.std(axis=1) * np.sqrt(0.5 / kept + 0.5 / samples)
    _line("rms difference of sds, in Monte Carlo errors", _rms((sds - author.std(axis=1)) / error))
    print("\njoint posterior of 200 stars                         alpha_IMF            log10_N_Ia")
    _joint("product of Gaussians of the author's samples", author.mean(axis=1), _covariances(author))
    for name in ("flow", "corrected"):
        _group(f"engine, {name}", work / f"groups-{name}.csv")
    print(f"{'truth':<52} {TRUTH[0]:.4f}              {TRUTH[1]:.4f}")


def speed(folder: Path, bundle: Path) -> None:
    """Objects per second of sbi and of the bundle, one after the other, one thread each."""
    import torch

    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    stars = np.load(folder / "mock_abundances.npy").astype(np.float32)
    with next(folder.glob("posterior_*.pickle")).open("rb") as file:
        posterior = pickle.load(file)
    session = _session(bundle / "posterior.onnx")
    terms = next((one.shape[1] for one in session.get_inputs() if one.name == "whitening"), None)
    inputs = {} if terms is None else {"whitening": np.eye(terms, dtype=np.float32)[None]}
    noise = np.random.default_rng(2).normal(size=(1000, 6)).astype(np.float32)
    rates = {"sbi": [], "graph": []}
    for _ in range(2):
        start = time.process_time()
        for star in stars:
            posterior.sample((1000,), x=torch.tensor(star), show_progress_bars=False)
        rates["sbi"].append(len(stars) / (time.process_time() - start))
        start = time.process_time()
        for batch in np.array_split(stars, 25):
            session.run(None, {"x": batch, "noise": noise, **inputs})
        rates["graph"].append(len(stars) / (time.process_time() - start))
    print("\nstars per second of processor time, 1,000 samples each, one thread, best of 2")
    print(f"sbi's own sampling                       {max(rates['sbi']):8.0f}")
    print(f"graph of the bundle, with its likelihood {max(rates['graph']):8.0f}")


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _covariances(samples: np.ndarray) -> np.ndarray:
    return np.array([np.cov(one.T) for one in samples])


def _joint(name: str, means: np.ndarray, covariances: np.ndarray) -> None:
    """The product of normal posteriors, with the prior counted once."""
    prior = np.diag(np.full(2, 1 / 0.3**2))
    centre = np.array([-2.3, -2.89])
    precision, weighted = prior.copy(), prior @ centre
    for mean, covariance in zip(means, covariances, strict=True):
        inverse = np.linalg.inv(covariance)
        precision += inverse - prior
        weighted += inverse @ mean - prior @ centre
    covariance = np.linalg.inv(precision)
    mean, sd = covariance @ weighted, np.sqrt(np.diag(covariance))
    print(f"{name:<52} {mean[0]:.4f} +- {sd[0]:.4f}   {mean[1]:.4f} +- {sd[1]:.4f}")


def _group(name: str, path: Path) -> None:
    with path.open() as file:
        row = next(csv.DictReader(file))
    values = [float(row[f"{one}_{kind}"]) for one in ("alpha_IMF", "log10_N_Ia") for kind in ("mean", "sd")]
    print(f"{name:<52} {values[0]:.4f} +- {values[1]:.4f}   {values[2]:.4f} +- {values[3]:.4f}")


def _rms(values: np.ndarray) -> np.ndarray:
    return np.sqrt((values**2).mean(axis=0))


def _line(name: str, values: np.ndarray) -> None:
    print(f"{name:<52} {values[0]:9.2f} {values[1]:11.2f}")


if __name__ == "__main__":
    {"prepare": prepare, "compare": compare, "speed": speed}[sys.argv[1]](*map(Path, sys.argv[2:]))
