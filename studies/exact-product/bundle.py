"""A bundle of chemical evolution: its prior, its emulator with derivatives, its posterior graph and base noise.

Shared parameters are standardised, z = (theta - prior mean) / prior sd. A local parameter is written as a standard
normal u, so that its prior is N(0, 1) whatever its kind.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import numpy_helper
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

# Harmless: sample numbers that are no power of 2, and the exponential of a hidden unit far below 0.
warnings.filterwarnings("ignore", message="The balance properties of Sobol")
warnings.filterwarnings("ignore", message="overflow encountered in exp")

LOG_2PI = np.log(2 * np.pi)
OUTPUTS = ("theta", "shared_log_prob", "log_weight", "chi_square")
SHARED = 2
LOCAL_COLUMNS = (2, 3, 4, 5)


def normal_density(x):
    """Density of the standard normal distribution."""
    return np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)


def base_noise(samples, dimensions=6, seed=7):
    """Scrambled Sobol points as standard normal noise, antithetic, with covariance 1."""
    points = qmc.Sobol(dimensions, scramble=True, seed=seed).random(samples // 2)
    z = ndtri(np.clip(points, 1e-9, 1 - 1e-9))
    z = np.linalg.solve(np.linalg.cholesky(z.T @ z / len(z)), z.T).T
    return np.concatenate([z, -z]).astype(np.float32)


class Emulator:
    """The network of emulator.onnx in numpy: three hidden layers with SiLU."""

    LAYERS = (2, 4, 6)

    def __init__(self, file):
        weights = {i.name: numpy_helper.to_array(i) for i in onnx.load(str(file)).graph.initializer}
        self.c = [weights[f"constant_{i}"] for i in range(12)]

    def _output(self, hidden):
        return (hidden @ self.c[8].T + self.c[9]) * self.c[10] + self.c[11]

    def predict(self, theta, chunk=8192):
        """theta [N, 6] -> observables [N, 8]."""
        theta = np.asarray(theta, np.float32)
        y = np.empty((len(theta), len(self.c[9].ravel())), np.float32)
        for start in range(0, len(theta), chunk):
            h = (theta[start:start + chunk] - self.c[0]) / self.c[1]
            for k in self.LAYERS:
                h = h @ self.c[k].T + self.c[k + 1]
                h = h / (1 + np.exp(-h))
            y[start:start + chunk] = self._output(h)
        return y

    def _layers(self, theta):
        """Last hidden layer and the derivatives of the activations."""
        h, slopes = (theta - self.c[0]) / self.c[1], []
        for k in self.LAYERS:
            p = h @ self.c[k].T + self.c[k + 1]
            s = 1 / (1 + np.exp(-p))
            h = p * s
            slopes.append(s * (1 + p * (1 - s)))
        return h, slopes

    def jacobian(self, theta, columns=LOCAL_COLUMNS, chunk=2048):
        """Observables [N, 8] and their derivatives [N, 8, C] by the given parameters (forward mode)."""
        theta, columns = np.asarray(theta, np.float32), list(columns)
        ys, jacobians = [], []
        for start in range(0, len(theta), chunk):
            h, slopes = self._layers(theta[start:start + chunk])
            t = (self.c[2][:, columns] / self.c[1][0, columns]).T[None] * slopes[0][:, None, :]
            for k, slope in zip(self.LAYERS[1:], slopes[1:]):
                t = (t @ self.c[k].T) * slope[:, None, :]
            ys.append(self._output(h))
            jacobians.append(np.swapaxes((t @ self.c[8].T) * self.c[10], 1, 2))
        return np.concatenate(ys), np.concatenate(jacobians)

    def gradient(self, theta, pull):
        """Observables and the gradient by theta of a function whose derivative by them is pull(y) (reverse mode)."""
        h, slopes = self._layers(np.asarray(theta, np.float32))
        y = self._output(h)
        g = (pull(y) * self.c[10]).astype(np.float32) @ self.c[8]
        for k, slope in zip(self.LAYERS[::-1], slopes[::-1]):
            g = (g * slope) @ self.c[k]
        return y, g / self.c[1]


class Bundle:
    """Prior, graphs and names of a bundle with two normal shared parameters and four local ones."""

    def __init__(self, folder):
        folder = Path(folder)
        manifest = json.loads((folder / "manifest.json").read_text())
        shared = [p["prior"] for p in manifest["parameters"] if p["role"] == "shared"]
        if len(shared) != SHARED or any(p["kind"] != "normal" for p in shared):
            raise SystemExit("these scripts take two shared parameters with normal priors")
        self.mean = np.array([p["mean"] for p in shared])
        self.sd = np.array([p["sd"] for p in shared])
        self.local = [p["prior"] for p in manifest["parameters"] if p["role"] == "local"]
        self.observables = [o["name"] for o in manifest["observables"]]
        self.width = len(manifest["features"])
        self.emulator = Emulator(folder / "emulator.onnx")
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = ort.InferenceSession(str(folder / "posterior.onnx"), options)
        # errors that measurements do not share
        self.independent = {i.name: np.eye(i.shape[-1], dtype=np.float32)[None]
                            for i in self.session.get_inputs() if i.name == "whitening"}

    def features(self, x, error):
        """Features of objects with all observables and no covariate."""
        m = len(self.observables)
        f = np.zeros((len(x), self.width), np.float32)
        f[:, :m], f[:, m:2 * m], f[:, 2 * m:3 * m] = x, error, 1
        return f

    def posterior(self, features, noise, outputs=OUTPUTS):
        """Outputs of posterior.onnx at the given noise, 8 objects at a time."""
        parts = [self.session.run(list(outputs), {"x": features[i:i + 8], "noise": noise, **self.independent})
                 for i in range(0, len(features), 8)]
        return {name: np.concatenate([p[k] for p in parts]) for k, name in enumerate(outputs)}

    def standardise(self, theta):
        """Shared parameters of samples [..., 6] as z [..., 2]."""
        return (theta[..., :SHARED].astype(float) - self.mean) / self.sd

    def log_prior(self, z):
        """Log prior density of the shared parameters in their own units."""
        return -0.5 * (z ** 2).sum(-1) - LOG_2PI - np.log(self.sd).sum()

    def local_theta(self, u):
        """Local parameters and their derivatives by u."""
        u = np.asarray(u, float)
        theta, slope = np.empty_like(u), np.empty_like(u)
        for k, prior in enumerate(self.local):
            theta[..., k], slope[..., k] = _from_normal(prior, u[..., k])
        return theta, slope

    def theta(self, z, u):
        """All parameters of z [N, 2] and u [N, 4], and the derivatives of the local ones by u."""
        local, slope = self.local_theta(u)
        return np.concatenate([self.mean + self.sd * z, local], 1), slope


def _from_normal(prior, u):
    """The value with the quantile that u has in N(0, 1), and its derivative."""
    if prior["kind"] == "normal":
        return prior["mean"] + prior["sd"] * u, prior["sd"]
    if prior["kind"] == "uniform":
        width = prior["upper"] - prior["lower"]
        return prior["lower"] + width * ndtr(u), width * normal_density(u)
    if prior["kind"] != "truncated_normal" or prior["upper"] is not None:
        raise SystemExit(f"unknown prior {prior}")
    above = 1 - ndtr((prior["lower"] - prior["mean"]) / prior["sd"])
    v = np.minimum(-ndtri(above * ndtr(-u)), 8)  # by the upper tail, for accuracy
    return prior["mean"] + prior["sd"] * v, prior["sd"] * above * normal_density(u) / normal_density(v)
