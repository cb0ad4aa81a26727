"""
Writes the flows of this folder: networks of sbi 0.27.0, lampe 0.9.0 and zuko 1.6.0 (torch 2.15.0) with
random weights, converted by the Python package, and samples and densities that the frameworks computed.

    PYTHONPATH=python/src python exporter/src/test/resources/foreign/make.py
"""

import warnings
from functools import partial
from pathlib import Path

import lampe
import torch
import zuko
from nflows.transforms import autoregressive
from sbi.neural_nets.embedding_nets import FCEmbedding
from sbi.neural_nets.net_builders import flow as build
from sbi.utils import BoxUniform, MultipleIndependent
from torch import nn
from torch.distributions import Exponential, Normal

from sidereus.bundle import parity, posteriors

HERE = Path(__file__).parent
warnings.filterwarnings("ignore")
torch.manual_seed(7)

theta = torch.rand(500, 4) * torch.tensor([2.0, 1.0, 0.5, 3.0]) - torch.tensor([1.0, 0.0, 2.0, -1.0])
x = torch.randn(500, 3) * torch.tensor([0.1, 5.0, 1.0]) + torch.tensor([2.0, -30.0, 0.0])
box = BoxUniform(torch.tensor([-1.5, -0.5, -2.5, 0.5]), torch.tensor([1.5, 1.5, -1.0, 5.0]))
mixed = MultipleIndependent(
    [Normal(torch.zeros(1), torch.ones(1)), BoxUniform(-torch.ones(2) * 3, torch.ones(2) * 3), Exponential(torch.ones(1))]
)
small = {"hidden_features": 9, "num_transforms": 2}


class OldAffine(autoregressive.MaskedAffineAutoregressiveTransform):
    """The scale of nflows before version 0.14."""

    def _elementwise_forward(self, inputs, parameters):
        raw, shift = self._unconstrained_scale_and_shift(parameters)
        scale = torch.sigmoid(raw + 2) + self._epsilon
        return scale * inputs + shift, torch.log(scale).sum(1)

    def _elementwise_inverse(self, inputs, parameters):
        raw, shift = self._unconstrained_scale_and_shift(parameters)
        scale = torch.sigmoid(raw + 2) + self._epsilon
        return (inputs - shift) / scale, -torch.log(scale).sum(1)


OldAffine.__name__ = "MaskedAffineAutoregressiveTransform"


def old_maf():
    flow = build.build_maf(theta, x, **small)
    for step in flow.net._transform._transforms:
        if hasattr(step, "autoregressive_net"):
            step.__class__ = OldAffine
    return flow


def lampe_npe():
    return lampe.inference.NPE(4, 3, transforms=3, hidden_features=(8, 7), activation=nn.ELU)


flows = {
    "sbi-maf": build.build_maf(theta, x, **small),
    "sbi-maf-wide": build.build_maf(theta, x, hidden_features=40, num_transforms=1, z_score_x="structured"),
    "sbi-maf-sigmoid": old_maf(),
    "sbi-maf-embedding": build.build_maf(theta, x, embedding_net=FCEmbedding(3, 5, 2, 6), **small),
    "sbi-maf-1d": build.build_maf(theta[:, :1], x, **small),
    "sbi-maf-raw": build.build_maf(theta, x / 10, z_score_x="none", z_score_y="none", **small),
    "sbi-maf-rqs": build.build_maf_rqs(theta, x, num_bins=5, **small),
    "sbi-zuko-maf": build.build_zuko_maf(theta, x, randperm=True, **small),
    "sbi-zuko-nsf-box": build.build_zuko_nsf(
        theta, x, z_score_x="transform_to_unconstrained", x_dist=box, num_bins=4, **small
    ),
    "sbi-zuko-maf-mixed": build.build_zuko_maf(
        theta, x, z_score_x="transform_to_unconstrained", x_dist=mixed,
        embedding_net=nn.Sequential(nn.Linear(3, 6), nn.SiLU(), nn.Linear(6, 4)), **small
    ),  # fmt: skip
    "sbi-zuko-nsf-1d": build.build_zuko_nsf(theta[:, :1], x, num_bins=4, **small),
    "lampe-maf": lampe_npe(),
    "zuko-coupling": zuko.flows.MAF(4, 3, transforms=2, passes=2, hidden_features=(9,), activation=nn.Tanh),
    "zuko-graph": zuko.flows.Flow(
        zuko.flows.MaskedAutoregressiveTransform(
            4, 3, hidden_features=(12, 12),
            adjacency=torch.tensor([[1, 0, 1, 0], [1, 1, 0, 1], [0, 0, 1, 0], [0, 0, 1, 1]], dtype=torch.bool),
            univariate=partial(zuko.transforms.MonotonicRQSTransform, slope=1e-2, bound=4.0),
            shapes=[(5,), (5,), (4,)],
        ),
        zuko.flows.MAF(4, 3).base,
    ),
}  # fmt: skip



def batch_normed():
    """A flow and an embedding with batch norm, whose running numbers are far from 0 and 1."""
    embedding = nn.Sequential(nn.Linear(3, 6), nn.BatchNorm1d(6), nn.Dropout(0.2), nn.Tanh(), nn.Linear(6, 4))
    flow = build.build_maf(theta, x, embedding_net=embedding.eval(), use_batch_norm=True, **small)
    for part in flow.modules():
        if "BatchNorm" in type(part).__name__:
            part.running_mean.normal_()
            part.running_var.uniform_(0.5, 2)
    return flow


def later():
    """Flows that were added later: the ones above keep their random numbers."""
    torch.manual_seed(8)
    return {
        "sbi-maf-batch-norm": batch_normed(),
        "zuko-nice": zuko.flows.NICE(4, 3, transforms=3, hidden_features=(9, 8)),
    }


def all_flows():
    yield from flows.items()
    yield from later().items()


for name, flow in all_flows():
    with torch.no_grad():
        for weight in flow.parameters():  # far from the start of a training, where all is close to 0
            weight.mul_(1.5).add_(0.2 * torch.randn_like(weight))
    posterior = posteriors.of(flow.eval(), 3)
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    posterior.flow.save(folder)
    raw = name.startswith(("lampe", "zuko", "sbi-maf-raw"))
    parity.OBJECTS, parity.SAMPLES = 4, 12
    parity.write(folder / "parity.safetensors", posterior, (x / 10 if raw else x).numpy())
    print(name, sum(one.stat().st_size for one in folder.iterdir()), "bytes")
