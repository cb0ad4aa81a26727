"""Steps of the training of a flow per second: DJL in Sidereus beside PyTorch and JAX, the way such flows are written there.

    benchmarks/peers/run.sh training [--batch 4096] [--rounds 3] [--steps 40] [--transforms 6] [--width 64]

6 parameters, 27 features in an embedding of two layers, affine transforms with masked networks of two hidden layers,
SiLU, clipping of the gradient, Adam, an average of the weights. One thread each.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time

import numpy as np
from turns import Contestant, Rate, machine, table, take_turns

DIMENSIONS, FEATURES = 6, 27


def masks(width: int, order: np.ndarray, context: int) -> list[np.ndarray]:
    """Masks of the three layers [units, inputs]; inputs are the parameters, or units, and then the context."""
    place = np.empty(DIMENSIONS, int)
    place[order] = np.arange(DIMENSIONS)
    degrees = np.arange(width) * DIMENSIONS // width
    free = np.ones((width, context))
    first = np.concatenate([place[None, :] < degrees[:, None], free], 1)
    hidden = degrees[None, :] <= degrees[:, None]
    last = np.tile(degrees[None, :] <= place[:, None], (2, 1))
    last = np.concatenate([last, np.ones((2 * DIMENSIONS, context))], 1)
    return [np.asarray(mask, np.float32) for mask in (first, hidden, last)]


def orders(transforms: int) -> list[np.ndarray]:
    order = np.arange(DIMENSIONS)
    return [order if t % 2 == 0 else order[::-1] for t in range(transforms)]


def djl(options: argparse.Namespace) -> Contestant:
    def turn(_: float) -> Rate:
        command = ["./sidereus", "bench", "training", "--steps", str(options.steps), "--batch", str(options.batch)]
        command += ["--transforms", str(options.transforms), "--width", str(options.width), "--tensor-threads", "1"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        clock, processor = re.search(r"([\d.]+) ms per step, ([\d.]+) ms of processor", done.stdout).groups()
        return Rate(1e3 / float(clock), 1e3 / float(processor))

    return Contestant("Sidereus (DJL)", turn)


def measured(name: str, step, options: argparse.Namespace) -> Contestant:
    for _ in range(10):
        step()

    def turn(_: float) -> Rate:
        begin, begin_processor = time.perf_counter(), time.process_time()
        for _ in range(options.steps):
            step()
        clock, processor = time.perf_counter() - begin, time.process_time() - begin_processor
        return Rate(options.steps / clock, options.steps / processor)

    return Contestant(name, turn)


def pytorch(options: argparse.Namespace) -> Contestant:
    import torch
    from torch import nn
    from torch.nn import functional as F

    class MaskedLinear(nn.Linear):
        def __init__(self, mask):
            super().__init__(mask.shape[1], mask.shape[0])
            self.register_buffer("mask", torch.from_numpy(mask))

        def forward(self, x):
            return F.linear(x, self.weight * self.mask, self.bias)

    class Transform(nn.Module):
        def __init__(self, order):
            super().__init__()
            layers = [MaskedLinear(mask) for mask in masks(options.width, order, options.width)]
            self.first, self.hidden, self.last = layers

        def forward(self, z, context):
            h = F.silu(self.first(torch.cat([z, context], 1)))
            h = F.silu(self.hidden(h))
            shift, raw = self.last(torch.cat([h, context], 1)).chunk(2, 1)
            log_derivative = -raw / (1 + raw.abs() / 5)
            return (z - shift) * log_derivative.exp(), log_derivative

    torch.set_num_threads(1)
    width = options.width
    embedding = nn.Sequential(nn.Linear(FEATURES, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())
    transforms = nn.ModuleList(Transform(order) for order in orders(options.transforms))
    parameters = [*embedding.parameters(), *transforms.parameters()]
    average = [p.detach().clone() for p in parameters]
    optimiser = torch.optim.Adam(parameters, lr=1e-3)
    z, features = torch.randn(options.batch, DIMENSIONS), torch.randn(options.batch, FEATURES)

    def log_density(z):
        context = embedding(features)
        total = 0
        for transform in transforms:
            z, log_derivative = transform(z, context)
            total = total + log_derivative
        return (total - 0.5 * z**2).sum(1)

    def step():
        optimiser.zero_grad()
        loss = -log_density(z).mean()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 5)
        optimiser.step()
        torch._foreach_lerp_(average, [p.detach() for p in parameters], 1e-3)
        loss.item()

    return measured("PyTorch", step, options)


def jax_program(options: argparse.Namespace) -> Contestant:
    import jax
    import jax.numpy as jnp

    random = np.random.default_rng(1)
    width = options.width

    def dense(units, inputs):
        weight = random.uniform(-1, 1, (units, inputs)) / np.sqrt(inputs)
        return [jnp.asarray(weight, jnp.float32), jnp.zeros(units, jnp.float32)]

    layers = [masks(width, order, width) for order in orders(options.transforms)]
    weights = {
        "embedding": [dense(width, FEATURES), dense(width, width)],
        "transforms": [[dense(*mask.shape) for mask in layer] for layer in layers],
    }
    z0 = jnp.asarray(random.normal(size=(options.batch, DIMENSIONS)), jnp.float32)
    features = jnp.asarray(random.normal(size=(options.batch, FEATURES)), jnp.float32)

    def loss_of(weights):
        context = features
        for weight, bias in weights["embedding"]:
            context = jax.nn.silu(context @ weight.T + bias)
        z, total = z0, 0
        for layer, of_layer in zip(layers, weights["transforms"]):
            (w0, b0), (w1, b1), (w2, b2) = of_layer
            h = jax.nn.silu(jnp.concatenate([z, context], 1) @ (w0 * layer[0]).T + b0)
            h = jax.nn.silu(h @ (w1 * layer[1]).T + b1)
            shift, raw = jnp.split(jnp.concatenate([h, context], 1) @ (w2 * layer[2]).T + b2, 2, 1)
            log_derivative = -raw / (1 + jnp.abs(raw) / 5)
            z = (z - shift) * jnp.exp(log_derivative)
            total = total + log_derivative
        return -jnp.mean(jnp.sum(total - 0.5 * z**2, 1))

    @jax.jit
    def update(count, weights, first, second, average):
        loss, gradient = jax.value_and_grad(loss_of)(weights)
        norm = jnp.sqrt(sum(jnp.sum(g**2) for g in jax.tree.leaves(gradient)))
        gradient = jax.tree.map(lambda g: g * jnp.minimum(1, 5 / norm), gradient)
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g**2, second, gradient)
        rate = 1e-3 * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        weights = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-8), weights, first, second)
        average = jax.tree.map(lambda a, w: a + 1e-3 * (w - a), average, weights)
        return loss, weights, first, second, average

    zeros = jax.tree.map(jnp.zeros_like, weights)
    state = (weights, zeros, zeros, weights)
    count = 0

    def step():
        nonlocal state, count
        count += 1
        loss, *state = update(float(count), *state)
        float(loss)

    return measured("JAX, compiled", step, options)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("batch", 4096), ("rounds", 3), ("steps", 40), ("transforms", 6), ("width", 64)):
        parser.add_argument("--" + name, type=int, default=default)
    options = parser.parse_args()
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    contestants = [djl(options), pytorch(options), jax_program(options)]
    take_turns(contestants, options.rounds, 0)
    print(f"\n{options.transforms} transforms of 2 x {options.width}, batches of {options.batch} ({machine()})\n")
    print(table(contestants, "steps/s"))


if __name__ == "__main__":
    sys.exit(main())
