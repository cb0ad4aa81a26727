"""Flows of nflows, as sbi builds them, by their weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .errors import Unsupported
from .foreign import Foreign
from .layers import Embedding, activation, batch_norm, numbers
from .network import Flow, Transform, degrees_of

if TYPE_CHECKING:
    import torch

#: What is written of a transform, the rows of its outputs for each dimension, a factor for each output.
_Form: TypeAlias = tuple[dict[str, Any], list[list[int]], Sequence[float]]

_PROBES = (-3.1, 0.0, 1.7)


def convert(flow: Foreign, features: int) -> Flow:
    """
    The description of an ``nflows.flows.Flow``.

    The noise of dimension i of the description is column ``noise_columns(flow)`` of that of nflows.
    """
    if type(flow._distribution).__name__ != "StandardNormal":
        raise Unsupported(
            f"the flow begins with {type(flow._distribution).__name__}, not with the standard normal "
            f"distribution",
            traceable=True,
        )
    embedding = Embedding(features).take(flow._embedding_net).finish().check(flow._embedding_net)
    steps = list(_steps(flow._transform))
    scaling, steps = _parameter_scaling(steps)
    mades = [step for step in steps if hasattr(step, "autoregressive_net")]
    if not mades:
        raise Unsupported("the flow has no autoregressive transform")
    widths = _context_layer(embedding, mades)
    description = Flow(scaling, _feature_scaling(embedding), embedding.layers)
    columns = np.arange(len(scaling))
    number = 0
    for step in steps:
        if hasattr(step, "_permutation"):
            columns = columns[numbers(step._permutation).astype(int)]
        else:
            start = sum(widths[:number])
            context = np.zeros((widths[number], sum(widths)))
            context[:, start : start + widths[number]] = np.eye(widths[number])
            description.transforms.append(_transform(step, columns, context, f"transform {number}"))
            number += 1
    return description


def noise_columns(flow: Foreign) -> np.ndarray | None:
    """For each column of the noise of nflows, the parameter to which it belongs; None: that of its place."""
    columns: np.ndarray | None = None
    for step in _steps(flow._transform):
        if hasattr(step, "_permutation"):
            permutation = numbers(step._permutation).astype(int)
            columns = permutation if columns is None else columns[permutation]
    return columns


def sample(flow: Foreign, x: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
    """theta [N,D] of x [N,F] and noise [N,D] in the order of the parameters, by nflows itself."""
    columns = noise_columns(flow)
    own = noise if columns is None else noise[:, columns.tolist()]
    theta: torch.Tensor = flow._transform.inverse(own, context=flow._embedding_net(x))[0]
    return theta


def log_prob(flow: Foreign, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
    """The log density [N], by nflows itself."""
    density: torch.Tensor = flow.log_prob(theta, context=x)
    return density


def _steps(transform: Foreign) -> Iterator[Foreign]:
    kind = type(transform).__name__
    if hasattr(transform, "_transforms"):
        for part in transform._transforms:
            yield from _steps(part)
    elif kind == "IdentityTransform":
        return
    elif "Coupling" in kind or kind == "LULinear":
        raise Unsupported(
            f"the flow has {kind} (sbi's 'nsf'), and coupling layers have no description by weights; 'zuko_nsf' "
            "and 'maf_rqs' have one",
            traceable=True,
        )
    elif "BatchNorm" in kind:
        raise Unsupported(
            f"the flow has {kind} between its networks, which no description has", traceable=True
        )
    elif hasattr(transform, "_permutation") or hasattr(transform, "_scale") or kind in _UNIVARIATE:
        yield transform
    else:
        raise Unsupported(f"the flow has {kind}, which no description has", traceable=True)


def _parameter_scaling(steps: list[Foreign]) -> tuple[list[dict[str, Any]], list[Foreign]]:
    """From the affine maps before the first network."""
    first = next((i for i, step in enumerate(steps) if not hasattr(step, "_scale")), len(steps))
    networks = [step for step in steps if hasattr(step, "autoregressive_net")]
    size = _dimensions(networks[0]) if networks else 0
    scale, shift = np.ones(size), np.zeros(size)
    for step in steps[:first]:
        factor = np.broadcast_to(numbers(step._scale).reshape(-1), size)
        scale, shift = scale * factor, shift * factor + numbers(step._shift).reshape(-1)
    for step in steps[first:]:
        if hasattr(step, "_scale"):
            raise Unsupported("the flow scales between two networks", traceable=True)
    scaling = [
        {"kind": "affine", "shift": float(-b / a), "scale": float(1 / a)}
        for a, b in zip(scale, shift, strict=True)
    ]
    return scaling, steps[first:]


def _feature_scaling(embedding: Embedding) -> list[dict[str, float]]:
    shift = np.zeros(embedding.features) if embedding.shift is None else embedding.shift
    scale = np.ones(embedding.features) if embedding.scale is None else embedding.scale
    return [{"shift": float(a), "scale": float(b)} for a, b in zip(shift, scale, strict=True)]


def _dimensions(step: Foreign) -> int:
    return int(step.autoregressive_net.initial_layer.weight.shape[1])


def _context_layer(embedding: Embedding, mades: list[Foreign]) -> list[int]:
    """
    nflows activates what the context adds to the first layer of each network. Here that is one
    layer of the embedding, the units of all networks beside each other.
    """
    weights: list[np.ndarray] = []
    biases: list[np.ndarray] = []
    widths: list[int] = []
    names: set[str] = set()
    for made in mades:
        net = made.autoregressive_net
        layer = getattr(net, "context_layer", None)
        if layer is None:
            raise Unsupported("the flow has no context: it is the density of no posterior")
        weights.append(numbers(layer.weight))
        biases.append(numbers(layer.bias))
        widths.append(len(biases[-1]))
        names.add(activation(net.activation, "transform"))
    if len(names) > 1:
        raise Unsupported("the networks of the flow have different activations", traceable=True)
    embedding.dense(np.concatenate(weights), np.concatenate(biases), names.pop())
    return widths


def _transform(step: Foreign, columns: np.ndarray, context: np.ndarray, where: str) -> Transform:
    net = step.autoregressive_net
    if getattr(net, "use_residual_blocks", False):
        raise Unsupported(f"{where} has residual blocks", traceable=True)
    masked = [(net.initial_layer, None)]
    masked += [(block.linear, getattr(block, "batch_norm", None)) for block in net.blocks]
    name = activation(net.activation, where)
    size = len(columns)
    layers: list[tuple[np.ndarray, np.ndarray]] = []
    masks: list[np.ndarray] = []
    for layer, norm in masked:
        masks.append(numbers(layer.mask))
        weight, bias = numbers(layer.weight) * masks[-1], numbers(layer.bias)
        if norm is not None:  # it acts on each input of the layer alone
            factor, offset = batch_norm(norm, where)
            weight, bias = weight * factor, bias + weight @ offset
        layers.append((weight, bias))
    first, bias = layers[0]
    ordered = np.zeros_like(first)
    ordered[:, columns] = first
    layers[0] = (ordered, bias)
    spec, rows, factors = _UNIVARIATE[type(step).__name__](step, size, where)
    final = numbers(net.final_layer.weight) * numbers(net.final_layer.mask)
    last_bias = numbers(net.final_layer.bias)
    outputs = len(rows[0])
    output = np.zeros_like(final)
    output_bias = np.zeros_like(last_bias)
    for column, parameter in enumerate(columns):
        for p in range(outputs):
            output[p * size + parameter] = final[rows[column][p]] * factors[p]
            output_bias[p * size + parameter] = last_bias[rows[column][p]] * factors[p]
    degrees = degrees_of(masks, np.arange(size))
    return Transform(
        {**spec, "activation": name}, columns.tolist(), layers, degrees, context, output, output_bias
    )


def _affine(step: Foreign, size: int, where: str) -> _Form:
    """Which scale and which order of outputs this version of nflows has, found by its values."""
    import torch

    parameters = torch.zeros(len(_PROBES), 2 * size, dtype=torch.float64)
    for i, probe in enumerate(_PROBES):
        parameters[i] = probe + 0.1 * torch.arange(2 * size, dtype=torch.float64)
    at_zero, _ = step._elementwise_forward(torch.zeros(len(_PROBES), size, dtype=torch.float64), parameters)
    at_one, _ = step._elementwise_forward(torch.ones(len(_PROBES), size, dtype=torch.float64), parameters)
    shift, scale = numbers(at_zero), numbers(at_one - at_zero)
    raw = numbers(parameters)
    epsilon = float(getattr(step, "_epsilon", 1e-3))
    forms: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "softplus": lambda r: np.logaddexp(0, r) + epsilon,
        "sigmoid": lambda r: 1 / (1 + np.exp(-(r + 2))) + epsilon,
    }
    interleaved = [[2 * i + 1, 2 * i] for i in range(size)]  # shift, raw scale
    halves = [[size + i, i] for i in range(size)]
    for rows in (interleaved, halves):
        if not np.allclose(shift, raw[:, [row[0] for row in rows]], atol=1e-9):
            continue
        for name, form in forms.items():
            if np.allclose(scale, form(raw[:, [row[1] for row in rows]]), atol=1e-9):
                spec = {"kind": "positive-scale-shift", "scale": name, "min_scale": epsilon}
                return spec, rows, (1.0, 1.0)
    raise Unsupported(f"{where} scales in a way that no known version of nflows has", traceable=True)


def _spline(step: Foreign, size: int, where: str) -> _Form:
    if step.tails != "linear":
        raise Unsupported(f"{where} is a spline without linear tails", traceable=True)
    bins = step.num_bins
    outputs = 3 * bins - 1
    spec = {
        "kind": "rational-quadratic-spline",
        "bins": bins,
        "tail_bound": float(step.tail_bound),
        "min_bin_width": float(step.min_bin_width),
        "min_bin_height": float(step.min_bin_height),
        "min_derivative": float(step.min_derivative),
    }
    hidden = getattr(step.autoregressive_net, "hidden_features", None)
    shrink = 1.0 if hidden is None else float(1 / np.sqrt(hidden))
    factors = [shrink] * (2 * bins) + [1.0] * (bins - 1)
    return spec, [[i * outputs + p for p in range(outputs)] for i in range(size)], factors


_UNIVARIATE = {
    "MaskedAffineAutoregressiveTransform": _affine,
    "MaskedPiecewiseRationalQuadraticAutoregressiveTransform": _spline,
}
