"""Objects per second of the posterior samples of a masked autoregressive flow: Sidereus beside other programs.

    benchmarks/peers/run.sh sampling [--size paper] [--rounds 3] [--seconds 3]

All have affine transforms of masked networks with two hidden layers and tanh, random weights, the same sizes, batches
and threads. Sidereus draws samples, evaluates their densities and reduces them to mean, covariance and quantiles;
nflows, zuko, JAX and PyTorch draw samples with their densities; sbi draws samples only.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import warnings
from dataclasses import dataclass

import numpy as np
from turns import Contestant, Rate, machine, repeat, table, take_turns

warnings.filterwarnings("ignore")


@dataclass(frozen=True)
class Size:
    """Sizes of a preset of `sidereus bench engine`, and the objects of a batch of the Python programs."""

    preset: str
    dimensions: int
    features: int
    transforms: int
    width: int
    samples: int
    batch: int


SIZES = {
    "paper": Size("paper", 6, 8, 4, 8, 1000, 64),
    "large": Size("large", 6, 8, 5, 50, 1000, 64),
    "sed": Size("sed", 11, 11, 15, 500, 256, 8),
}


def sidereus(size: Size, threads: int) -> Contestant:
    def turn(seconds: float) -> Rate:
        command = ["./sidereus", "bench", "engine", "--preset", size.preset, "--samples", str(size.samples)]
        command += ["--threads", str(threads), "--seconds", str(max(1, round(seconds))), "--json"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout.strip().splitlines()[-1])
        return Rate(found["objects_per_second"], found["objects_per_cpu_second"])

    return Contestant("Sidereus", turn)


def features(size: Size) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(size.batch, size.features)).astype(np.float32)


def nflows(size: Size) -> Contestant:
    import torch
    from nflows.distributions import StandardNormal
    from nflows.flows import Flow
    from nflows.transforms import CompositeTransform, MaskedAffineAutoregressiveTransform, RandomPermutation

    layers = []
    for _ in range(size.transforms):
        layers.append(RandomPermutation(size.dimensions))
        layers.append(
            MaskedAffineAutoregressiveTransform(
                size.dimensions,
                size.width,
                context_features=size.features,
                num_blocks=2,
                use_residual_blocks=False,
                activation=torch.tanh,
            )
        )
    flow = Flow(CompositeTransform(layers), StandardNormal([size.dimensions])).eval()
    x = torch.from_numpy(features(size))

    def call() -> int:
        with torch.inference_mode():
            flow.sample_and_log_prob(size.samples, context=x)
        return size.batch

    return warm("nflows", call)


def zuko(size: Size) -> Contestant:
    import torch
    import zuko

    flow = zuko.flows.MAF(
        size.dimensions,
        size.features,
        transforms=size.transforms,
        hidden_features=(size.width, size.width),
        activation=torch.nn.Tanh,
        randperm=True,
    ).eval()
    x = torch.from_numpy(features(size))

    def call() -> int:
        with torch.inference_mode():
            flow(x).rsample_and_log_prob((size.samples,))
        return size.batch

    return warm("zuko", call)


def sbi(size: Size) -> Contestant:
    import torch
    from sbi.inference.posteriors import DirectPosterior
    from sbi.neural_nets.net_builders import build_maf

    theta = torch.randn(1000, size.dimensions)
    estimator = build_maf(
        theta,
        torch.randn(1000, size.features),
        hidden_features=size.width,
        num_transforms=size.transforms,
        num_blocks=2,
    ).eval()
    prior = torch.distributions.MultivariateNormal(torch.zeros(size.dimensions), torch.eye(size.dimensions))
    posterior = DirectPosterior(estimator, prior)
    x = torch.from_numpy(features(size))

    def call() -> int:
        posterior.sample_batched((size.samples,), x=x, show_progress_bars=False)
        return size.batch

    return warm("sbi sample_batched", call)


def masks(size: Size) -> list[np.ndarray]:
    """Masks of MADE [units, inputs] for the order of the parameters: Germain et al. 2015, Eq. 12 and 13."""
    place = np.arange(size.dimensions)
    degree = np.arange(size.width) * size.dimensions // size.width
    return [
        (place[None, :] < degree[:, None]).astype(np.float32),
        (degree[None, :] <= degree[:, None]).astype(np.float32),
        np.tile((degree[None, :] <= place[:, None]).astype(np.float32), (2, 1)),
    ]


def weights(size: Size) -> list[list[np.ndarray]]:
    """Of each transform: three masked weights, the context's weights of the first layer, and biases."""
    random = np.random.default_rng(2)
    layers = []
    for _ in range(size.transforms):
        masked = [0.5 / np.sqrt(m.shape[1]) * random.normal(size=m.shape) * m for m in masks(size)]
        context = 0.5 / np.sqrt(size.features) * random.normal(size=(size.width, size.features))
        biases = [np.zeros(m.shape[0]) for m in masked]
        layers.append([part.astype(np.float32) for part in (*masked, context, *biases)])
    return layers


def jax_program(size: Size) -> Contestant:
    import jax
    import jax.numpy as jnp

    layers = jax.tree.map(jnp.asarray, weights(size))

    @jax.jit
    def sample(key, x):
        z = jax.random.normal(key, (x.shape[0], size.samples, size.dimensions))
        log_density = -0.5 * jnp.sum(z**2, -1)
        for first, hidden, last, context, b0, b1, b2 in layers:
            of_context = (x @ context.T + b0)[:, None, :]
            theta = jnp.zeros_like(z)
            for _ in range(size.dimensions):
                h = jnp.tanh(theta @ first.T + of_context)
                h = jnp.tanh(h @ hidden.T + b1)
                shift, raw = jnp.split(h @ last.T + b2, 2, -1)
                log_scale = raw / (1 + jnp.abs(raw) / 5)
                theta = z * jnp.exp(log_scale) + shift
            log_density -= jnp.sum(log_scale, -1)
            z = theta[..., ::-1]
        return z, log_density

    x = jnp.asarray(features(size))
    key = jax.random.key(3)

    def call() -> int:
        nonlocal key
        key, one = jax.random.split(key)
        jax.block_until_ready(sample(one, x))
        return size.batch

    return warm("JAX, compiled", call)


def torch_program(size: Size) -> Contestant:
    import torch
    from torch.nn import functional as F

    layers = [[torch.from_numpy(part) for part in layer] for layer in weights(size)]

    def sample(x):
        z = torch.randn(x.shape[0], size.samples, size.dimensions)
        log_density = -0.5 * (z**2).sum(-1)
        for first, hidden, last, context, b0, b1, b2 in layers:
            of_context = F.linear(x, context, b0)[:, None, :]
            theta = torch.zeros_like(z)
            for _ in range(size.dimensions):
                h = torch.tanh(F.linear(theta, first) + of_context)
                h = torch.tanh(F.linear(h, hidden, b1))
                shift, raw = F.linear(h, last, b2).chunk(2, -1)
                log_scale = raw / (1 + raw.abs() / 5)
                theta = z * log_scale.exp() + shift
            log_density = log_density - log_scale.sum(-1)
            z = theta.flip(-1)
        return z, log_density

    compiled = torch.compile(sample)
    x = torch.from_numpy(features(size))

    def call() -> int:
        with torch.inference_mode():
            compiled(x)
        return size.batch

    return warm("PyTorch, torch.compile", call)


def warm(name: str, call) -> Contestant:
    call()
    return Contestant(name, lambda seconds: repeat(call, seconds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", action="append", choices=SIZES, help="may be repeated (default: all)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3, help="of each turn")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()

    os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={'true' if options.threads > 1 else 'false'}"
    import torch

    torch.set_num_threads(options.threads)
    for name in options.size or SIZES:
        size = SIZES[name]
        print(f"{name}: {size}")
        contestants = [sidereus(size, options.threads)]
        for build in (nflows, zuko, sbi, jax_program, torch_program):
            try:
                contestants.append(build(size))
            except Exception as problem:  # a peer that does not run here is left out, by name
                print(f"  {build.__name__} does not run: {type(problem).__name__}: {str(problem).splitlines()[0]}")
        take_turns(contestants, options.rounds, options.seconds)
        print(f"\n{name} ({machine()}, {options.threads} threads, {options.rounds} rounds)\n")
        print(table(contestants, "objects/s") + "\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
