"""A flow as Sidereus describes it (docs/reference/networks.md): ``flow.json`` and ``flow.safetensors``."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .safetensors import write

#: Scaled features are clamped here, far from all that a posterior has seen. The frameworks do not clamp.
FEATURE_LIMIT = 1e4
#: The same for features that nothing scales: they have any size, such as counts.
UNSCALED_LIMIT = 1e12


@dataclass
class Layer:
    """A dense layer: weight [out, in], bias [out], activation after it."""

    weight: np.ndarray
    bias: np.ndarray
    activation: str


@dataclass
class Transform:
    """
    One transform, in the order of the parameters of the bundle.

    ``spec`` has kind, activation and what belongs to the kind; order and degrees are given here.
    ``layers`` are the hidden layers (weight, bias), ``context`` [H0, C] enters the first of them,
    ``output`` [P*D, H] and ``output_bias`` [P*D] have row p*D+i for output p of dimension i.
    """

    spec: dict[str, Any]
    order: list[int]
    layers: list[tuple[np.ndarray, np.ndarray]]
    degrees: list[np.ndarray]
    context: np.ndarray
    output: np.ndarray
    output_bias: np.ndarray
    output_context: np.ndarray | None = None


@dataclass
class Flow:
    """The description of a flow; everything in double precision until it is written."""

    parameter_scaling: list[dict[str, Any]]
    feature_scaling: list[dict[str, float]]
    embedding: list[Layer] = field(default_factory=list)
    transforms: list[Transform] = field(default_factory=list)

    @property
    def standardised(self) -> bool:
        """Whether features are scaled."""
        return any(one["scale"] != 1 or one["shift"] != 0 for one in self.feature_scaling)

    @property
    def feature_limit(self) -> float:
        """Scaled features are clamped to plus or minus this."""
        return FEATURE_LIMIT if self.standardised else UNSCALED_LIMIT

    def save(self, folder: Path) -> None:
        """Writes ``flow.json`` and ``flow.safetensors`` to a folder that exists."""
        spec = {
            "kind": "masked-autoregressive-flow",
            "parameter_scaling": self.parameter_scaling,
            "feature_scaling": self.feature_scaling,
            "embedding": self._embedding(),
            "transforms": [
                {
                    **one.spec,
                    "order": [int(i) for i in one.order],
                    "degrees": [[int(d) for d in layer] for layer in one.degrees],
                }
                for one in self.transforms
            ],
            "feature_limit": self.feature_limit,
        }
        (folder / "flow.json").write_text(json.dumps(spec, indent=2) + "\n")
        write(folder / "flow.safetensors", self.tensors())

    def _embedding(self) -> dict[str, Any] | None:
        if not self.embedding:
            return None
        return {
            "hidden": [len(layer.bias) for layer in self.embedding],
            "activation": [layer.activation for layer in self.embedding],
        }

    def tensors(self) -> dict[str, np.ndarray]:
        """All weights by their name."""
        tensors: dict[str, np.ndarray] = {}
        for number, layer in enumerate(self.embedding):
            tensors[f"embedding.{number}.weight"] = layer.weight
            tensors[f"embedding.{number}.bias"] = layer.bias
        for number, one in enumerate(self.transforms):
            name = f"transforms.{number}."
            for hidden, (weight, bias) in enumerate(one.layers):
                tensors[f"{name}layers.{hidden}.weight"] = weight
                tensors[f"{name}layers.{hidden}.bias"] = bias
            tensors[name + "context.weight"] = one.context
            tensors[name + "output.weight"] = one.output
            tensors[name + "output.bias"] = one.output_bias
            direct = one.output_context
            tensors[name + "output.context.weight"] = (
                np.zeros((len(one.output_bias), one.context.shape[1])) if direct is None else direct
            )
        return tensors

    def standardise(self, rows: np.ndarray) -> None:
        """
        Scales the features by those of some objects [N,F].

        A column without spread, such as the error that a table lacks or a mask, is scaled by its size:
        other objects have other values of it.
        """
        mean, sd = rows.mean(axis=0), rows.std(axis=0)
        size = np.maximum(np.abs(mean), 1)
        self.take_features(mean, np.where(sd > 1e-6 * size, sd, size))

    def take_features(self, shift: np.ndarray, scale: np.ndarray) -> None:
        """
        Moves a scaling of the features into the first weights that they meet.

        Until now these weights expect (x - shift) / scale, of which ``feature_scaling`` says what x
        is scaled by. ``shift`` and ``scale`` say what it should be scaled by.
        """
        for column, scaling in enumerate(self.feature_scaling):
            factor = scale[column] / scaling["scale"]
            offset = (shift[column] - scaling["shift"]) / scaling["scale"]
            if self.embedding:
                first = self.embedding[0]
                first.bias = first.bias + first.weight[:, column] * offset
                first.weight = _scaled(first.weight, column, factor)
            else:
                for one in self.transforms:
                    weight, bias = one.layers[0]
                    one.layers[0] = (weight, bias + one.context[:, column] * offset)
                    one.context = _scaled(one.context, column, factor)
                    if one.output_context is not None:
                        one.output_bias = one.output_bias + one.output_context[:, column] * offset
                        one.output_context = _scaled(one.output_context, column, factor)
            scaling.update(shift=float(shift[column]), scale=float(scale[column]))


def _scaled(weight: np.ndarray, column: int, factor: float) -> np.ndarray:
    scaled = weight.copy()
    scaled[:, column] *= factor
    return scaled


def degrees_of(masks: list[np.ndarray], position: np.ndarray) -> list[np.ndarray]:
    """
    The degree of each unit of the hidden layers: one more than the last position that it sees.

    ``masks[0]`` [H0, D] is that of the parameters, ``masks[l]`` [Hl, Hl-1] those between the layers;
    ``position[i]`` is the autoregressive position of column i.
    """
    degrees = [np.where(masks[0] != 0, position[None, :] + 1, 0).max(axis=1)]
    for mask in masks[1:]:
        degrees.append(np.where(mask != 0, degrees[-1][None, :], 0).max(axis=1))
    return degrees
