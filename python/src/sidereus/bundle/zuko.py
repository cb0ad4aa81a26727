"""Flows of zuko, also those inside of sbi and lampe, by their weights."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .errors import Unsupported
from .foreign import Foreign
from .layers import Embedding, activation, numbers
from .network import Flow, Transform, degrees_of
from .scaling import ScalarChain

if TYPE_CHECKING:
    import torch

_Arrays: TypeAlias = list[np.ndarray]


def convert(flow: Foreign, features: int, embedding_net: Foreign = None) -> Flow:
    """The description of a ``zuko.flows.Flow`` that takes the outputs of an embedding, if any."""
    _check_base(flow.base)
    embedding = Embedding(features)
    if embedding_net is not None:
        embedding.take(embedding_net)
    embedding.finish()
    if embedding_net is not None:
        embedding.check(embedding_net)
    chain: ScalarChain | None = None
    networks = []
    for number, step in enumerate(_steps(flow.transform)):
        where = f"transform {number}"
        if hasattr(step, "hyper"):
            networks.append((step, where))
        elif networks:
            raise Unsupported(f"{where} is {_name(step)} between two networks", traceable=True)
        else:
            chain = ScalarChain() if chain is None else chain
            chain.take(step(), where)
    if not networks:
        raise Unsupported("the flow has no autoregressive transform")
    size = _dimensions(networks[0][0])
    chain = ScalarChain() if chain is None else chain
    description = Flow(chain.scaling(size), _feature_scaling(embedding), embedding.layers)
    for step, where in networks:
        description.transforms.append(_transform(step, size, embedding.width, where))
    return description


def sample(flow: Foreign, context: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
    """theta [N,D] of the context [N,C] and noise [N,D], by zuko itself."""
    theta: torch.Tensor = flow(context).transform.inv(noise)
    return theta


def log_prob(flow: Foreign, context: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
    """The log density [N], by zuko itself."""
    density: torch.Tensor = flow(context).log_prob(theta)
    return density


def _steps(transform: Foreign) -> Iterator[Foreign]:
    if hasattr(transform, "transforms"):
        for part in transform.transforms:
            yield from _steps(part)
        return
    kind = _name(transform)
    takes_context = hasattr(transform, "hyper") and hasattr(transform, "univariate")
    if takes_context or kind in ("UnconditionalTransform", "Unconditional"):
        yield transform
    elif "FFJ" in kind or "FreeForm" in kind:
        raise Unsupported(
            "the flow is continuous (CNF): each sample solves a differential equation; train a MAF or NSF"
        )
    else:
        raise Unsupported(f"the flow has {kind}, which no description has", traceable=True)


def _name(module: Foreign) -> str:
    return type(module).__name__


def _check_base(base: Foreign) -> None:
    distribution = base()
    while hasattr(distribution, "base_dist"):
        distribution = distribution.base_dist
    normal = type(distribution).__name__ == "Normal"
    if not normal or (numbers(distribution.loc) != 0).any() or (numbers(distribution.scale) != 1).any():
        raise Unsupported("the base of the flow is not the standard normal distribution", traceable=True)


def _feature_scaling(embedding: Embedding) -> list[dict[str, float]]:
    shift = np.zeros(embedding.features) if embedding.shift is None else embedding.shift
    scale = np.ones(embedding.features) if embedding.scale is None else embedding.scale
    return [{"shift": float(a), "scale": float(b)} for a, b in zip(shift, scale, strict=True)]


def _dimensions(step: Foreign) -> int:
    if _is_coupling(step):
        return len(step.mask)
    last = [layer for layer in step.hyper if hasattr(layer, "weight")][-1]
    return int(last.weight.shape[0] // step.total)


def _transform(step: Foreign, size: int, context: int, where: str) -> Transform:
    spec, outputs = _univariate(step, where)
    parts = list(step.hyper)
    layers = parts[::2]
    functions = parts[1::2]
    for part in parts:
        if not hasattr(part, "weight") and any(True for _ in part.parameters()):
            raise Unsupported(f"{where} has {_name(part)} (residual blocks?)", traceable=True)
    if any(not hasattr(layer, "weight") or layer.weight.dim() != 2 for layer in layers) or len(layers) < 2:
        raise Unsupported(f"{where} is no chain of dense layers", traceable=True)
    names = {activation(function, where) for function in functions}
    if len(names) != 1:
        raise Unsupported(f"{where} has several activations", traceable=True)
    weights: _Arrays = []
    masks: _Arrays = []
    for layer in layers:
        mask = numbers(layer.mask) if hasattr(layer, "mask") else np.ones(tuple(layer.weight.shape))
        masks.append(mask)
        weights.append(numbers(layer.weight) * mask)
    biases = [
        np.zeros(len(weight)) if layer.bias is None else numbers(layer.bias)
        for layer, weight in zip(layers, weights, strict=True)
    ]
    if _is_coupling(step):
        weights, masks, biases = _coupling(step, weights, biases, outputs)
    inputs = weights[0].shape[1]
    if inputs == context:  # one dimension, or one by one: the network sees the context only
        seen = np.zeros((len(weights[0]), size))
        own, conditional, own_mask = seen, weights[0], seen
    elif inputs == size + context:
        own, conditional, own_mask = weights[0][:, :size], weights[0][:, size:], masks[0][:, :size]
    else:
        raise Unsupported(
            f"{where} has {inputs} inputs, not the {size} parameters and {context} numbers of the context"
        )
    order = _order(step, size, [own_mask, *masks[1:]], outputs)
    position = np.argsort(order)
    rows = np.array([[i * outputs + p for i in range(size)] for p in range(outputs)]).reshape(-1)
    return Transform(
        {**spec, "activation": names.pop()},
        order.tolist(),
        [(own, biases[0]), *zip(weights[1:-1], biases[1:-1], strict=True)],
        degrees_of([own_mask, *masks[1:-1]], position),
        conditional,
        weights[-1][rows],
        biases[-1][rows],
    )


def _order(step: Foreign, size: int, masks: list[np.ndarray], outputs: int) -> np.ndarray:
    """The dimensions in an order in which each depends on those before it only."""
    if _is_coupling(step):
        kept = numbers(step.mask) != 0
        return np.concatenate([np.flatnonzero(kept), np.flatnonzero(~kept)])
    if getattr(step, "order", None) is not None:
        return np.argsort(numbers(step.order), kind="stable")
    reach = masks[0] != 0
    for mask in masks[1:]:
        reach = (mask != 0).astype(float) @ reach.astype(float) > 0
    depends = reach.reshape(size, outputs, size).any(axis=1)
    order: list[int] = []
    while len(order) < size:
        free = [i for i in range(size) if i not in order and not depends[i, _rest(order, size)].any()]
        if not free:
            raise Unsupported("the dimensions of a transform depend on each other in a circle")
        order += free
    return np.array(order)


def _is_coupling(step: Foreign) -> bool:
    """Whether it keeps the parameters of a mask and transforms the others by a network of those."""
    mask = getattr(step, "mask", None)
    return mask is not None and getattr(mask, "ndim", 0) == 1


def _coupling(step: Foreign, weights: _Arrays, biases: _Arrays, outputs: int) -> tuple[_Arrays, _Arrays, _Arrays]:
    """
    The network of a coupling as an autoregressive one.

    The parameters that it keeps come first; all their outputs are 0, which is the identity.
    """
    kept = numbers(step.mask) != 0
    size, count = len(kept), int(kept.sum())
    first = np.zeros((len(weights[0]), size + weights[0].shape[1] - count))
    first[:, np.flatnonzero(kept)] = weights[0][:, :count]
    first[:, size:] = weights[0][:, count:]
    rows = (np.flatnonzero(~kept)[:, None] * outputs + np.arange(outputs)).reshape(-1)
    last, bias = np.zeros((size * outputs, weights[-1].shape[1])), np.zeros(size * outputs)
    last[rows], bias[rows] = weights[-1], biases[-1]
    seen = np.zeros_like(first)
    seen[:, np.flatnonzero(kept)] = 1
    between = [np.ones_like(one) for one in weights[1:-1]]
    final = np.zeros_like(last)
    final[rows] = 1
    return [first, *weights[1:-1], last], [seen, *between, final], [*biases[:-1], bias]


def _rest(order: list[int], size: int) -> list[int]:
    return [i for i in range(size) if i not in order]


def _univariate(step: Foreign, where: str) -> tuple[dict[str, Any], int]:
    function = step.univariate
    given = dict(getattr(function, "keywords", None) or {})
    kind = getattr(function, "func", function)
    name = getattr(kind, "__name__", type(kind).__name__)
    if name not in ("MonotonicAffineTransform", "MonotonicRQSTransform"):
        raise Unsupported(
            f"{where} is of {name}, which has no description; train a MAF or NSF of zuko", traceable=True
        )
    defaults = {
        key: value.default
        for key, value in inspect.signature(kind.__init__).parameters.items()
        if value.default is not inspect.Parameter.empty
    }
    options = {**defaults, **given}
    bound = -math.log(options["slope"])
    if name == "MonotonicAffineTransform":
        return {"kind": "scale-shift", "log_scale_bound": bound}, 2
    bins = step.shapes[0][0]
    spec = {
        "kind": "bounded-rational-quadratic-spline",
        "bins": int(bins),
        "tail_bound": float(options["bound"]),
        "log_slope_bound": bound,
    }
    return spec, 3 * bins - 1
