"""
Coupling layers and splines of nflows by steps that a graph has, while a graph is traced.

Those of nflows pick and put rows and columns by their number, for which the exporter of torch writes operators that no
bundle has, or that are slow.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator

import torch

from .foreign import Foreign
from .stepwise import Spline


def spline(
    inputs: torch.Tensor,
    unnormalized_widths: torch.Tensor,
    unnormalized_heights: torch.Tensor,
    unnormalized_derivatives: torch.Tensor,
    inverse: bool = False,
    tails: str = "linear",
    tail_bound: float = 1.0,
    min_bin_width: float = 1e-3,
    min_bin_height: float = 1e-3,
    min_derivative: float = 1e-3,
) -> tuple[torch.Tensor, torch.Tensor]:
    """The spline of all inputs, outputs and logarithms of the derivatives; nflows picks those inside of its bounds."""
    if tails != "linear":
        raise RuntimeError(f"{tails} tails are not implemented.")
    of = Spline(
        {
            "bins": unnormalized_widths.shape[-1],
            "tail_bound": tail_bound,
            "min_bin_width": min_bin_width,
            "min_bin_height": min_bin_height,
            "min_derivative": min_derivative,
        }
    )
    numbers = torch.cat([unnormalized_widths, unnormalized_heights, unnormalized_derivatives], dim=-1)
    raw = numbers.reshape(-1, numbers.shape[-1]).transpose(0, 1).unsqueeze(0)
    z = inputs.reshape(1, 1, -1)
    outputs, log_derivative = of.inverse(raw, z) if inverse else of.forward(raw, z)
    log_derivative = -log_derivative if inverse else log_derivative
    return outputs.reshape(inputs.shape), log_derivative.reshape(inputs.shape)


def _whole(layer: Foreign, unchanged: torch.Tensor, changed: torch.Tensor) -> torch.Tensor:
    """The columns of a coupling layer in their order."""
    columns = [*layer.identity_features.tolist(), *layer.transform_features.tolist()]
    return torch.cat([unchanged, changed], dim=1)[:, [columns.index(i) for i in range(len(columns))]]


def forward(layer: Foreign, inputs: torch.Tensor, context: Foreign = None) -> tuple[torch.Tensor, torch.Tensor]:
    """A coupling layer from the parameters towards the noise."""
    unchanged, changed = inputs[:, layer.identity_features], inputs[:, layer.transform_features]
    numbers = layer.transform_net(unchanged, context)
    changed, log_det = layer._coupling_transform_forward(inputs=changed, transform_params=numbers)
    if layer.unconditional_transform is not None:
        unchanged, other = layer.unconditional_transform(unchanged, context)
        log_det = log_det + other
    return _whole(layer, unchanged, changed), log_det


def inverse(layer: Foreign, inputs: torch.Tensor, context: Foreign = None) -> tuple[torch.Tensor, torch.Tensor]:
    """A coupling layer from the noise towards the parameters."""
    unchanged, changed = inputs[:, layer.identity_features], inputs[:, layer.transform_features]
    other: torch.Tensor | float = 0.0
    if layer.unconditional_transform is not None:
        unchanged, other = layer.unconditional_transform.inverse(unchanged, context)
    numbers = layer.transform_net(unchanged, context)
    changed, log_det = layer._coupling_transform_inverse(inputs=changed, transform_params=numbers)
    return _whole(layer, unchanged, changed), other + log_det


@contextlib.contextmanager
def nflows() -> Iterator[None]:
    """Replaces what nflows has by the functions of this module."""
    replaced: list[tuple[Foreign, str, Foreign]] = []
    with contextlib.suppress(ModuleNotFoundError):
        for module, owner, names in _REPLACED:
            found = importlib.import_module(module)
            found = getattr(found, owner) if owner else found
            replaced += [(found, name, getattr(found, name)) for name in names if hasattr(found, name)]
    for found, name, _ in replaced:
        setattr(found, name, _OTHER[name])
    try:
        yield
    finally:
        for found, name, original in replaced:
            setattr(found, name, original)


_SPLINE = "unconstrained_rational_quadratic_spline"
_REPLACED = (
    ("nflows.transforms.splines", "", (_SPLINE,)),
    ("nflows.transforms.autoregressive", "", (_SPLINE,)),
    ("nflows.transforms.coupling", "CouplingTransform", ("forward", "inverse")),
)
_OTHER: dict[str, Foreign] = {_SPLINE: spline, "forward": forward, "inverse": inverse}
