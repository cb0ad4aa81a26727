"""
The steps of a flow that is known by its weights, for recording: each unit of its networks is computed once.

The frameworks run the whole network of a transform once for each parameter when they sample. Here the units are taken
by the position that they need, and what depends on the object alone is computed once for each object. Numbers lie as
[B, units, S], so that the parts of a layer are taken and joined without moving the samples.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import torch
from torch import nn

from .errors import Unsupported
from .network import Flow, Layer, Transform

#: z' or z, and the logarithm of dz'/dz.
_Image: TypeAlias = tuple[torch.Tensor, torch.Tensor]

#: In the direction of sampling z is kept within plus or minus this, as in the native graph.
_LARGEST_Z = 1e4
#: A place between two bounds is kept away from them by this where its logit is taken.
_EDGE = 1e-7

#: Of log(1 + e) = 2 atanh(s), s = e / (2 + e) from 0 to 1/3.
_LOG_SERIES = [2 / (2 * k + 1) for k in range(10)]

_ACTIVATIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "tanh": torch.tanh,
    "relu": torch.relu,
    "silu": nn.functional.silu,
    "elu": nn.functional.elu,
    "leaky-relu": nn.functional.leaky_relu,
    "identity": lambda x: x,
}


class Stepwise(nn.Module):
    """
    A flow of its description (docs/reference/networks.md).

    :param flow: the description; its numbers are kept in double precision until ``float()``
    :param noise_columns: for each column of the noise that is given, the parameter to which it belongs; None: that of
        its place
    :raises Unsupported: where it has a kind of scaling or transform that is not written here
    """

    def __init__(self, flow: Flow, noise_columns: np.ndarray | None = None) -> None:
        super().__init__()
        columns = np.arange(len(flow.parameter_scaling)) if noise_columns is None else noise_columns
        self.columns = [int(i) for i in np.argsort(columns)]
        self.context = _Context(flow)
        self.scalings = [_Scaling(one) for one in flow.parameter_scaling]
        self.steps = [_Step(one) for one in flow.transforms]
        self.parts = nn.ModuleList([*self.scalings, *self.steps])

    def draw(self, x: torch.Tensor, noise: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """x [B,F] and noise [S,D] to theta [B,S,D] and log_prob [B,S]."""
        context = self.context(x)
        rows = noise.transpose(0, 1).unsqueeze(0)  # [1,D,S]
        z = [rows[:, i : i + 1] for i in self.columns]
        log_prob = _normal(rows)
        for step in reversed(self.steps):
            z, log_derivatives = step.inverse(context, z)
            for one in log_derivatives:
                log_prob = log_prob + one
        theta = []
        for scaling, one in zip(self.scalings, z, strict=True):
            value, log_derivative = scaling.physical(one)
            theta.append(value)
            log_prob = log_prob - log_derivative
        return torch.cat(theta, dim=1).transpose(1, 2), log_prob.squeeze(1)

    def densities(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        """The log density [B,S] of theta [B,S,D] given x [B,F]."""
        context = self.context(x)
        rows = theta.transpose(1, 2)
        scaled = [scaling.scaled(rows[:, i : i + 1]) for i, scaling in enumerate(self.scalings)]
        z = torch.cat([one for one, _ in scaled], dim=1)
        log_prob = -sum(one for _, one in scaled)
        for step in self.steps:
            z, log_derivative = step(context, z)
            log_prob = log_prob + log_derivative
        return (log_prob + _normal(z)).squeeze(1)


class _Product(nn.Module):
    """A matrix [out,in] by columns [B,in,S]."""

    weight: torch.Tensor

    def __init__(self, weight: np.ndarray) -> None:
        super().__init__()
        self.register_buffer("weight", torch.tensor(np.ascontiguousarray(weight), dtype=torch.float64))

    def forward(self, columns: torch.Tensor) -> torch.Tensor:
        return torch.matmul(self.weight, columns)


class _Biased(_Product):
    """The same with a bias [out]."""

    bias: torch.Tensor

    def __init__(self, weight: np.ndarray, bias: np.ndarray) -> None:
        super().__init__(weight)
        self.register_buffer("bias", torch.tensor(bias, dtype=torch.float64).unsqueeze(1))

    def forward(self, columns: torch.Tensor) -> torch.Tensor:
        return super().forward(columns) + self.bias


class _Context(nn.Module):
    """Features [B,F] to the context [B,C,1]."""

    shift: torch.Tensor
    scale: torch.Tensor

    def __init__(self, flow: Flow) -> None:
        super().__init__()
        for key in ("shift", "scale"):
            values = [one[key] for one in flow.feature_scaling]
            self.register_buffer(key, torch.tensor(values, dtype=torch.float64))
        self.limit = flow.feature_limit
        self.layers = nn.ModuleList(_Biased(one.weight, one.bias) for one in flow.embedding)
        self.activations = [_activation(one) for one in flow.embedding]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        columns = ((x - self.shift) / self.scale).clamp(-self.limit, self.limit).unsqueeze(2)
        for layer, activation in zip(self.layers, self.activations, strict=True):
            columns = activation(layer(columns))
        return columns


def _activation(layer: Layer) -> Callable[[torch.Tensor], torch.Tensor]:
    return _ACTIVATIONS[layer.activation]


class _Scaling(nn.Module):
    """One parameter and its z."""

    def __init__(self, spec: dict[str, Any]) -> None:
        super().__init__()
        self.kind = spec["kind"]
        if self.kind not in ("affine", "log", "logit"):
            raise Unsupported(f"a parameter is scaled by {self.kind}", traceable=True)
        self.shift, self.scale = float(spec["shift"]), float(spec["scale"])
        self.lower = float(spec.get("lower", 0))
        self.width = float(spec.get("upper", 1)) - self.lower

    def physical(self, z: torch.Tensor) -> _Image:
        """theta and the logarithm of dtheta/dz."""
        u = self.shift + self.scale * z
        log_scale = math.log(self.scale)
        if self.kind == "affine":
            return u, torch.full((1, 1, 1), log_scale, dtype=u.dtype)
        if self.kind == "log":
            return self.lower + torch.exp(u), log_scale + u
        place = torch.sigmoid(u)
        slope = _softplus(u) + _softplus(-u)
        return self.lower + self.width * place, log_scale + math.log(self.width) - slope

    def scaled(self, theta: torch.Tensor) -> _Image:
        """z and the logarithm of dtheta/dz."""
        log_scale = math.log(self.scale)
        if self.kind == "affine":
            return (theta - self.shift) / self.scale, torch.full((1, 1, 1), log_scale, dtype=theta.dtype)
        if self.kind == "log":
            u = torch.log((theta - self.lower).clamp(min=1e-30))
            return (u - self.shift) / self.scale, log_scale + u
        place = ((theta - self.lower) / self.width).clamp(_EDGE, 1 - _EDGE)
        below, above = torch.log(place), torch.log(1 - place)
        return (below - above - self.shift) / self.scale, log_scale + math.log(self.width) + below + above


class _Step(nn.Module):
    """One transform: its network and what that network's outputs do to z."""

    def __init__(self, one: Transform) -> None:
        super().__init__()
        self.size = len(one.order)
        self.order = [int(i) for i in one.order]
        self.outputs = len(one.output_bias) // self.size
        self.activation = _ACTIVATIONS[one.spec["activation"]]
        self.map = _univariate(one.spec)
        direct = one.output_context
        self.context = _Biased(one.context, one.layers[0][1])
        self.direct = None if direct is None else _Product(direct)
        self._whole(one)
        self._parts(one)

    def _whole(self, one: Transform) -> None:
        """The network as it is, for the direction of the density."""
        self.first = _Product(one.layers[0][0])
        self.hidden = nn.ModuleList(_Biased(weight, bias) for weight, bias in one.layers[1:])
        self.output = _Biased(one.output, one.output_bias)

    def _parts(self, one: Transform) -> None:
        """
        The network by degrees, for the direction of sampling.

        ``units[l][d]`` are the units of layer l that see the first d positions. Those of degree 0 see the object
        alone; what they add to the others is part of the biases of those.
        """
        degrees = [np.asarray(layer) for layer in one.degrees]
        self.units = [[np.flatnonzero(layer == d) for d in range(self.size)] for layer in degrees]
        of_layer = [np.concatenate(layer) for layer in self.units]
        rows = np.array([p * self.size + i for i in self.order for p in range(self.outputs)])
        self.counts = [[len(units) for units in layer] for layer in self.units]
        self.first_order = [int(i) for i in of_layer[0]]
        self.rows = [int(i) for i in rows]
        self.sampled_context = _Biased(one.context[of_layer[0]], one.layers[0][1][of_layer[0]])
        self.sampled_direct = None if one.output_context is None else _Product(one.output_context[rows])
        self.of_objects: list[_Biased] = []  # all units of a layer, from the units of degree 0 below it
        self.of_positions = nn.ModuleDict()  # the units of a degree, from those of degrees 1 and up below it
        for layer in range(1, len(one.layers)):
            weight, bias = one.layers[layer]
            self.of_objects.append(
                _Biased(weight[of_layer[layer]][:, self.units[layer - 1][0]], bias[of_layer[layer]])
            )
        last = self.units[-1]
        self.of_objects.append(_Biased(one.output[rows][:, last[0]], one.output_bias[rows]))
        self.parts = nn.ModuleList(self.of_objects)
        for degree in range(1, self.size):
            for layer, (weight, _) in enumerate(one.layers):
                to = self.units[layer][degree]
                below = (
                    np.array(self.order[:degree])
                    if layer == 0
                    else np.concatenate(self.units[layer - 1][1 : degree + 1])
                )
                if len(to) and len(below):
                    self.of_positions[f"{layer}_{degree}"] = _Product(weight[to][:, below])
            if len(last[degree]):  # what they add to the outputs of all positions from this one on
                later = rows[degree * self.outputs :]
                self.of_positions[f"output_{degree}"] = _Product(one.output[later][:, last[degree]])

    def forward(self, context: torch.Tensor, z: torch.Tensor) -> _Image:
        """z [B,D,S] to z' and the sum of the logarithms of dz'/dz [B,1,S]."""
        columns = self.activation(self.first(z) + self.context(context))
        for layer in self.hidden:
            columns = self.activation(layer(columns))
        raw = self.output(columns)
        if self.direct is not None:
            raw = raw + self.direct(context)
        shape = z.shape
        raw = raw.reshape(shape[0], self.outputs, self.size * shape[2])
        image, log_derivative = self.map.forward(raw, z.reshape(shape[0], 1, self.size * shape[2]))
        log_derivative = log_derivative.reshape(shape[0], self.size, shape[2]).sum(dim=1, keepdim=True)
        return image.reshape(shape[0], self.size, shape[2]), log_derivative

    def inverse(self, context: torch.Tensor, z: list[torch.Tensor]) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        """The columns of z' to those of z, each [B,1,S], and the logarithms of dz'/dz by position."""
        biases, raw = self._of_objects(context)
        known: list[list[torch.Tensor]] = [[] for _ in self.units]
        found: list[torch.Tensor] = []
        log_derivatives: list[torch.Tensor] = []
        for position, parameter in enumerate(self.order):
            if position > 0:
                raw = self._add_units(position, biases, known, found, raw)
            own, raw = raw[:, : self.outputs], raw[:, self.outputs :]
            value, log_derivative = self.map.inverse(own, z[parameter])
            found.append(value.clamp(-_LARGEST_Z, _LARGEST_Z))
            log_derivatives.append(log_derivative)
        return [found[self.order.index(i)] for i in range(self.size)], log_derivatives

    def _of_objects(self, context: torch.Tensor) -> tuple[list[list[torch.Tensor]], torch.Tensor]:
        """By layer and degree, what the object adds to the units; what it adds to the outputs by position."""
        all_units = self.sampled_context(context)
        biases = []
        for layer, counts in enumerate(self.counts):
            parts = list(torch.split(all_units, counts, dim=1))
            biases.append(parts)
            if counts[0]:
                all_units = self.of_objects[layer](self.activation(parts[0]))
            else:  # ONNX Runtime 1.29 gives any numbers for a product of no columns
                all_units = self.of_objects[layer].bias + torch.zeros_like(context[:, :1])
        if self.sampled_direct is not None:
            all_units = all_units + self.sampled_direct(context)
        return biases, all_units

    def _add_units(
        self,
        degree: int,
        biases: list[list[torch.Tensor]],
        known: list[list[torch.Tensor]],
        found: list[torch.Tensor],
        raw: torch.Tensor,
    ) -> torch.Tensor:
        """Computes the units of a degree; the outputs from its position on with what they add."""
        for layer, counts in enumerate(self.counts):
            if not counts[degree]:
                continue
            sums = biases[layer][degree]
            key = f"{layer}_{degree}"
            if key in self.of_positions:
                sums = sums + self.of_positions[key](torch.cat(found if layer == 0 else known[layer - 1], dim=1))
            known[layer].append(self.activation(sums))
        key = f"output_{degree}"
        return raw + self.of_positions[key](known[-1][-1]) if key in self.of_positions else raw


class _Affine:
    """Shift and scale."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.shift_first = spec["kind"] == "affine"
        self.bound = spec.get("log_scale_bound")
        self.softplus = spec.get("scale") == "softplus"
        self.min_scale = spec.get("min_scale", 0.0)

    def _scale(self, raw: torch.Tensor) -> _Image:
        """dz'/dz and its logarithm."""
        if self.bound is not None:
            log_scale = _soft(raw, self.bound)
            log_scale = -log_scale if self.shift_first else log_scale
            return torch.exp(log_scale), log_scale
        scale = (_softplus(raw) if self.softplus else torch.sigmoid(raw + 2)) + self.min_scale
        return scale, torch.log(scale)

    def forward(self, raw: torch.Tensor, z: torch.Tensor) -> _Image:
        shift = raw[:, :1]
        scale, log_scale = self._scale(raw[:, 1:])
        return (z - shift) * scale if self.shift_first else z * scale + shift, log_scale

    def inverse(self, raw: torch.Tensor, z: torch.Tensor) -> _Image:
        shift = raw[:, :1]
        scale, log_scale = self._scale(raw[:, 1:])
        return z / scale + shift if self.shift_first else (z - shift) / scale, log_scale


class _Bin(NamedTuple):
    """Its left and lower edge, its size, and the derivatives at both ends."""

    x: torch.Tensor
    y: torch.Tensor
    width: torch.Tensor
    height: torch.Tensor
    left: torch.Tensor
    right: torch.Tensor

    @property
    def slope(self) -> torch.Tensor:
        return self.height / self.width

    @property
    def bend(self) -> torch.Tensor:
        return self.left + self.right - 2 * self.slope


class Spline:
    """Durkan et al. (2019), equations 4 to 8; the identity outside of plus or minus the bound."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.bins = int(spec["bins"])
        self.tail = float(spec["tail_bound"])
        self.log_slope = spec.get("log_slope_bound")
        self.min_width = spec.get("min_bin_width", 0.0)
        self.min_height = spec.get("min_bin_height", 0.0)
        self.min_derivative = spec.get("min_derivative", 0.0)

    def forward(self, raw: torch.Tensor, z: torch.Tensor) -> _Image:
        at = self._bin(raw, z, by_height=False)
        xi = ((z - at.x) / at.width).clamp(0, 1)
        denominator = at.slope + at.bend * xi * (1 - xi)
        inside = at.y + at.height * xi * (at.slope * xi + at.left * (1 - xi)) / denominator
        return self._tails(z, inside, at, xi, denominator)

    def inverse(self, raw: torch.Tensor, z: torch.Tensor) -> _Image:
        at = self._bin(raw, z, by_height=True)
        rise = z - at.y
        bend = rise * at.bend
        a, b, c = at.height * (at.slope - at.left) + bend, at.height * at.left - bend, at.slope * rise
        root = torch.sqrt((b * b + 4 * a * c).clamp(min=0))
        xi = (2 * c / (b + root)).clamp(0, 1)
        return self._tails(z, at.x + xi * at.width, at, xi, at.slope + at.bend * xi * (1 - xi))

    def _tails(
        self, z: torch.Tensor, inside: torch.Tensor, at: _Bin, xi: torch.Tensor, denominator: torch.Tensor
    ) -> _Image:
        other = 1 - xi
        ratio = at.slope / denominator
        slopes = at.right * xi * xi + at.left * other * other + 2 * at.slope * xi * other
        log_derivative = torch.log(slopes * ratio * ratio)
        within = z.abs() < self.tail
        return torch.where(within, inside, z), torch.where(within, log_derivative, torch.zeros_like(log_derivative))

    def _bin(self, raw: torch.Tensor, z: torch.Tensor, by_height: bool) -> _Bin:
        """The bin of each z [B,1,N]."""
        k = self.bins
        widths, heights, derivatives = raw[:, :k], raw[:, k : 2 * k], raw[:, 2 * k :]
        if self.log_slope is None:
            derivatives = self.min_derivative + _softplus(derivatives)
        else:
            widths, heights = _soft(widths, self.log_slope / 2), _soft(heights, self.log_slope / 2)
            derivatives = torch.exp(_soft(derivatives, self.log_slope))
        width, height = self._sizes(widths, self.min_width), self._sizes(heights, self.min_height)
        below = torch.tril(torch.ones(k, k, dtype=raw.dtype), -1)
        x, y = torch.matmul(below, width) - self.tail, torch.matmul(below, height) - self.tail
        reached = (z >= (y if by_height else x)).to(raw.dtype)
        bin_of = torch.matmul(torch.eye(k, dtype=raw.dtype) - torch.diag(torch.ones(k - 1, dtype=raw.dtype), 1), reached)
        ends = torch.ones_like(derivatives[:, :1])
        lefts, rights = torch.cat([ends, derivatives], dim=1), torch.cat([derivatives, ends], dim=1)
        ones = torch.ones(1, k, dtype=raw.dtype)
        return _Bin(*(torch.matmul(ones, bin_of * one) for one in (x, y, width, height, lefts, rights)))

    def _sizes(self, raw: torch.Tensor, smallest: float) -> torch.Tensor:
        e = torch.exp(raw - raw.amax(dim=1, keepdim=True))
        total = torch.matmul(torch.ones(1, self.bins, dtype=raw.dtype), e)
        return 2 * self.tail * smallest + e * (2 * self.tail * (1 - self.bins * smallest) / total)


def _univariate(spec: dict[str, Any]) -> _Affine | Spline:
    if spec["kind"] in ("affine", "scale-shift", "positive-scale-shift"):
        return _Affine(spec)
    if spec["kind"] in ("rational-quadratic-spline", "bounded-rational-quadratic-spline"):
        return Spline(spec)
    raise Unsupported(f"a transform is {spec['kind']}", traceable=True)


def _softplus(raw: torch.Tensor) -> torch.Tensor:
    """log(1 + exp(raw)); the operators Softplus and Log of ONNX Runtime are slow."""
    rest = torch.exp(-raw.abs())
    s = rest / (rest + 2)
    square = s * s
    total = square * _LOG_SERIES[-1] + _LOG_SERIES[-2]  # no part of a tensor: the engine's kernel takes none of samples
    for one in reversed(_LOG_SERIES[:-2]):
        total = total * square + one
    return torch.relu(raw) + s * total


def _soft(raw: torch.Tensor, bound: float) -> torch.Tensor:
    return raw / (1 + raw.abs() / bound)


def _normal(z: torch.Tensor) -> torch.Tensor:
    """The log density of columns [B,D,S], [B,1,S]."""
    return -0.5 * (z * z).sum(dim=1, keepdim=True) - 0.5 * z.shape[1] * math.log(2 * math.pi)
