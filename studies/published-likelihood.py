"""
The joint posterior of the published stars under a bundle's emulator, by integrals: no flow, no combination.

For each point of a grid of the two shared parameters, each star's four local parameters are integrated by
importance sampling about the mode. Part of published-posterior.sh:
    published-likelihood.py FOLDER BUNDLE CASE
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import onnxruntime

TRUTH = np.array([-2.30, -2.89])
STEPS, SAMPLES, GRID = 8, 96, np.linspace(-1, 1, 5)
DEGREES = 5  # of the t distribution that the samples come from


class Stars:
    """
    Stars [N,8] of one galaxy: two shared parameters with normal priors, three local ones with normal
    priors, then the time of birth with a uniform one. ``u`` [N,4] are the local parameters without bounds.
    """

    def __init__(self, y, case, emulator):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(emulator), options)
        self.y, self.errors = y, np.array([one["error"] for one in case["observables"]])
        priors = [one["prior"] for one in case["parameters"]]
        self.shared = np.array([[one["mean"], one["sd"]] for one in priors[:2]])
        self.local = np.array([[one["mean"], one["sd"]] for one in priors[2:5]])
        self.bounds = priors[5]["lower"], priors[5]["upper"]

    def residuals(self, shared, u, y):
        """Residuals of the observables and of the normal priors [N,11], in standard deviations."""
        lower, upper = self.bounds
        birth = lower + (upper - lower) / (1 + np.exp(-u[:, 3]))
        locals_ = self.local[:, 0] + self.local[:, 1] * u[:, :3]
        theta = np.column_stack([np.broadcast_to(shared, (len(u), 2)), locals_, birth])
        predicted = self.session.run(["y"], {"theta": theta.astype(np.float32)})[0]
        return np.column_stack([(predicted - y) / self.errors, u[:, :3]])

    def modes(self, shared, u):
        """The most probable local parameters and the precision there, by Gauss and Newton."""
        for _ in range(STEPS):
            residuals = self.residuals(shared, u, self.y)
            slopes = np.empty((*residuals.shape, 4))
            for k in range(4):
                moved = u.copy()
                moved[:, k] += 1e-3
                slopes[:, :, k] = (self.residuals(shared, moved, self.y) - residuals) / 1e-3
            place = 1 / (1 + np.exp(-u[:, 3]))
            gradient = np.einsum("nij,ni->nj", slopes, residuals)
            gradient[:, 3] -= 1 - 2 * place
            precision = np.einsum("nij,nik->njk", slopes, slopes)
            precision[:, 3, 3] += 2 * place * (1 - place) + 1e-6
            step = np.linalg.solve(precision, gradient[..., None])[..., 0]
            u = u - np.clip(step, -1, 1)
            u[:, 3] = np.clip(u[:, 3], -5, 5)
        return u, precision

    def log_likelihood(self, shared, u):
        """The log marginal likelihood of all stars, and the modes."""
        u, precision = self.modes(shared, u)
        root = 1.2 * np.linalg.cholesky(np.linalg.inv(precision))
        random = np.random.default_rng(3)  # the same at each point of the grid
        t = random.standard_normal((len(u), SAMPLES, 4)) * np.sqrt(
            DEGREES / random.chisquare(DEGREES, (len(u), SAMPLES, 1))
        )
        samples = (u[:, None] + np.einsum("njk,nsk->nsj", root, t)).reshape(-1, 4)
        place = 1 / (1 + np.exp(-samples[:, 3]))
        residuals = self.residuals(shared, samples, np.repeat(self.y, SAMPLES, axis=0))
        target = -0.5 * (residuals**2).sum(axis=1) + np.log(place * (1 - place))
        half = (DEGREES + 4) / 2
        proposal = (
            math.lgamma(half)
            - math.lgamma(DEGREES / 2)
            - 2 * math.log(DEGREES * math.pi)
            - half * np.log1p((t**2).sum(axis=2) / DEGREES)
            - np.log(np.linalg.det(root))[:, None]
        )
        ratio = target.reshape(proposal.shape) - proposal
        largest = ratio.max(axis=1)
        return float((largest + np.log(np.exp(ratio - largest[:, None]).mean(axis=1))).sum()), u


def main(folder: Path, bundle: Path, case: Path) -> None:
    stars = Stars(
        np.load(folder / "mock_abundances.npy").astype(float), json.loads(case.read_text()), bundle / "emulator.onnx"
    )
    centre, width, u = TRUTH.copy(), np.array([0.02, 0.03]), np.zeros((len(stars.y), 4))
    for _ in range(4):
        points, values = [], []
        for a in GRID:
            for b in GRID:
                shared = centre + width * (a, b)
                value, u = stars.log_likelihood(shared, u)
                points.append((a, b))
                values.append(value - 0.5 * (((shared - stars.shared[:, 0]) / stars.shared[:, 1]) ** 2).sum())
        p = np.array(points)
        terms = np.column_stack([np.ones(len(p)), p, p[:, 0] ** 2, p[:, 0] * p[:, 1], p[:, 1] ** 2])
        fit = np.linalg.lstsq(terms, np.array(values), rcond=None)[0]
        precision = -np.array([[2 * fit[3], fit[4]], [fit[4], 2 * fit[5]]])
        centre = centre + width * np.linalg.solve(precision, fit[1:3])
        sd = width * np.sqrt(np.diag(np.linalg.inv(precision)))
        width = 2 * sd
    print(f"{'integrals of the likelihood':<52} {centre[0]:.4f} +- {sd[0]:.4f}   {centre[1]:.4f} +- {sd[1]:.4f}")
    best, u = stars.log_likelihood(centre, u)
    at_truth, u = stars.log_likelihood(TRUTH, u)
    residuals = -stars.residuals(TRUTH, u, stars.y)[:, : stars.y.shape[1]]
    print(f"log likelihood {best:.1f} there, {at_truth:.1f} at the truth")
    print("mean of (observed - predicted) / error at the truth, +- 0.07 if the model is right:")
    print(" ".join(f"{value:.2f}" for value in residuals.mean(axis=0)))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
