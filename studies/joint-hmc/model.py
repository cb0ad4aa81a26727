"""The hierarchical model of a group in JAX: prior, emulator and likelihood of a bundle, without its flow.

Shared parameters are standardised, z = (theta - prior mean) / prior sd. A local parameter is written as a standard
normal u: it has the quantile in its prior that u has in N(0, 1). So the prior of all of z and u is N(0, 1).
"""

import copy
import hashlib
import json
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import onnx
import onnxruntime
from jax.scipy.special import ndtr, ndtri
from onnx import numpy_helper

jax.config.update("jax_enable_x64", True)


class Model:
    """What a bundle of chemical evolution says of (z, u), for many chains and stars at once.

    Arrays are z [..., shared], u [..., local]; observables and errors are in dex.
    """

    def __init__(self, bundle):
        bundle = Path(bundle)
        manifest = json.loads((bundle / "manifest.json").read_text())
        shared = [p for p in manifest["parameters"] if p["role"] == "shared"]
        if any(p["prior"]["kind"] != "normal" for p in shared):
            raise SystemExit("the shared parameters must have normal priors")
        self.name = manifest["name"]
        self.shared = [p["name"] for p in shared]
        self.mean = np.array([p["prior"]["mean"] for p in shared])
        self.sd = np.array([p["prior"]["sd"] for p in shared])
        self.local = [p["prior"] for p in manifest["parameters"] if p["role"] == "local"]
        self.observables = [o["name"] for o in manifest["observables"]]
        file = bundle / "emulator.onnx"
        self.sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        weights = {i.name: numpy_helper.to_array(i) for i in onnx.load(str(file)).graph.initializer}
        self.weights = [jnp.asarray(weights[f"constant_{i}"]) for i in range(12)]
        self.whitening = None
        self._check_network(file)

    def whitened(self, whitening):
        """This model for observables that are multiplied by a matrix [O, O], whose errors are then 1."""
        model = copy.copy(self)
        model.whitening = jnp.asarray(whitening)
        return model

    def _check_network(self, file):
        """The network in JAX gives what ONNX Runtime gives."""
        random = np.random.default_rng(0)
        theta = np.asarray(self.theta(*(jnp.asarray(random.normal(size=(1000, k)))
                                        for k in (len(self.shared), len(self.local)))), np.float32)
        session = onnxruntime.InferenceSession(str(file))
        expected = session.run(None, {session.get_inputs()[0].name: theta})[0]
        difference = np.abs(expected - np.asarray(self.predict(theta))).max()
        if not difference < 1e-5:
            raise SystemExit(f"{file} is another network: it differs by {difference:.2g} dex")

    def predict(self, theta):
        """Observables [N, O] of parameters [N, K]: three hidden layers with SiLU, in single precision."""
        c = self.weights
        h = (theta.astype(jnp.float32) - c[0]) / c[1]
        for k in (2, 4, 6):
            h = jax.nn.silu(h @ c[k].T + c[k + 1])
        y = ((h @ c[8].T + c[9]) * c[10] + c[11]).astype(jnp.float64)
        return y if self.whitening is None else y @ self.whitening.T

    def theta(self, z, u):
        """All parameters in the order and units of the bundle."""
        local = [_from_normal(prior, u[..., k]) for k, prior in enumerate(self.local)]
        return jnp.concatenate([self.mean + self.sd * z, jnp.stack(local, -1)], -1)

    def residuals(self, x, error, z, u):
        """(data - prediction) / error: [chains, stars, O] of x [stars, O], z [chains, 2], u [chains, stars, 4]."""
        z = jnp.broadcast_to(z[:, None], u.shape[:2] + z.shape[-1:])
        y = self.predict(self.theta(z, u).reshape(-1, z.shape[-1] + u.shape[-1]))
        return (x - y.reshape(u.shape[:2] + (-1,))) / error

    def log_density_of_stars(self, x, error, z, u):
        """log of likelihood times local prior of each star [chains, stars], without constants."""
        return -0.5 * ((self.residuals(x, error, z, u) ** 2).sum(-1) + (u ** 2).sum(-1))

    def log_density(self, x, error, z, u):
        """log of the joint density of all parameters of a group [chains], without constants."""
        return self.log_density_of_stars(x, error, z, u).sum(-1) - 0.5 * (z ** 2).sum(-1)

    @partial(jax.jit, static_argnums=0)
    def linearised(self, x, error, z, u):
        """Residuals [chains, stars, O] and minus their derivatives by (z, u) [chains, stars, O, 6]."""
        shared = z.shape[-1]

        def one(w):
            return self.predict(self.theta(w[:shared], w[shared:])[None])[0]

        w = jnp.concatenate([jnp.broadcast_to(z[:, None], u.shape[:2] + (shared,)), u], -1)
        jacobian = jax.vmap(jax.jacfwd(one))(w.reshape(-1, w.shape[-1]))
        jacobian = jacobian.reshape(u.shape[:2] + jacobian.shape[1:])
        return self.residuals(x, error, z, u), jacobian / error[..., None]


def _from_normal(prior, u):
    """The value with the quantile that u has in N(0, 1)."""
    if prior["kind"] == "normal":
        return prior["mean"] + prior["sd"] * u
    if prior["kind"] == "uniform":
        return prior["lower"] + (prior["upper"] - prior["lower"]) * ndtr(u)
    if prior["kind"] != "truncated_normal" or prior["upper"] is not None:
        raise SystemExit(f"unknown prior {prior}")
    above = ndtr((prior["mean"] - prior["lower"]) / prior["sd"])
    return prior["mean"] - prior["sd"] * ndtri(above * ndtr(-u))  # by the upper tail, for accuracy
