"""The training step of `sidereus bench training` in Python's PyTorch, the way such flows are written there.

    OMP_WAIT_POLICY=PASSIVE python studies/training-step.py [--batch 4096] [--steps 100] [--transforms 6] [--width 64]

6 parameters, 27 features in an embedding of two layers, affine transforms with masked networks of two hidden layers,
SiLU, clipping of the gradient, Adam, an average of the weights. Prints milliseconds per step and of processor time.
"""

import argparse
import time

import torch
from torch import nn
from torch.nn import functional as F

DIMENSIONS, FEATURES = 6, 27


class MaskedLinear(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.linear(x, self.weight * self.mask, self.bias)


class Transform(nn.Module):
    def __init__(self, width, context, order):
        super().__init__()
        place = torch.empty(DIMENSIONS, dtype=torch.long)
        place[order] = torch.arange(DIMENSIONS)
        degrees = torch.arange(width) * DIMENSIONS // width
        free = torch.ones(width, context)
        first = (place[None, :] < degrees[:, None]).float()
        hidden = (degrees[None, :] <= degrees[:, None]).float()
        last = (degrees[None, :] <= place[:, None]).float().repeat(2, 1)
        self.first = MaskedLinear(torch.cat([first, free], 1))
        self.hidden = MaskedLinear(hidden)
        self.last = MaskedLinear(torch.cat([last, torch.ones(2 * DIMENSIONS, context)], 1))

    def forward(self, z, context):
        h = F.silu(self.first(torch.cat([z, context], 1)))
        h = F.silu(self.hidden(h))
        shift, raw = self.last(torch.cat([h, context], 1)).chunk(2, 1)
        log_derivative = -raw / (1 + raw.abs() / 5)
        return (z - shift) * log_derivative.exp(), log_derivative


class Flow(nn.Module):
    def __init__(self, transforms, width):
        super().__init__()
        self.embedding = nn.Sequential(nn.Linear(FEATURES, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())
        order = torch.arange(DIMENSIONS)
        orders = [order if t % 2 == 0 else order.flip(0) for t in range(transforms)]
        self.transforms = nn.ModuleList(Transform(width, width, order) for order in orders)

    def log_prob(self, z, features):
        context = self.embedding(features)
        total = 0
        for transform in self.transforms:
            z, log_derivative = transform(z, context)
            total = total + log_derivative
        return (total - 0.5 * z**2).sum(1) - 0.5 * DIMENSIONS * 1.8378770664093453


def main():
    arguments = argparse.ArgumentParser()
    for name, default in (("batch", 4096), ("steps", 100), ("transforms", 6), ("width", 64), ("threads", 1)):
        arguments.add_argument("--" + name, type=int, default=default)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    flow = Flow(options.transforms, options.width)
    parameters = list(flow.parameters())
    average = [p.detach().clone() for p in parameters]
    optimiser = torch.optim.Adam(parameters, lr=1e-3)
    z, features = torch.randn(options.batch, DIMENSIONS), torch.randn(options.batch, FEATURES)

    def steps(count):
        for _ in range(count):
            optimiser.zero_grad()
            loss = -flow.log_prob(z, features).mean()
            loss.backward()
            nn.utils.clip_grad_norm_(parameters, 5)
            optimiser.step()
            torch._foreach_lerp_(average, [p.detach() for p in parameters], 1e-3)
            loss.item()

    steps(max(10, options.steps // 10))
    wall, cpu = time.perf_counter(), time.process_time()
    steps(options.steps)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        f"{options.transforms} transforms of 2 x {options.width}, batches of {options.batch},"
        f" {options.threads} threads: {1e3 * wall / options.steps:.2f} ms per step,"
        f" {1e3 * cpu / options.steps:.2f} ms of processor time"
    )


main()
