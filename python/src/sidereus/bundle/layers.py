"""Dense layers and activations of torch modules."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .errors import Unsupported
from .foreign import Foreign
from .network import Layer

#: Some are far out, where a function with a bound leaves one without.
_POINTS = np.array([-1e4, -700.0, -15.0, -2.3, -0.7, -0.01, 0.0, 0.02, 0.9, 6.5, 60.0, 1e4])
#: Rows that compare a module with its description, in scales of the features.
_NEAR, _FAR = 1.0, 100.0
_ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
    "silu": lambda x: x * np.exp(-np.logaddexp(0, -x)),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "leaky-relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "identity": lambda x: x,
}


def numbers(tensor: Foreign) -> np.ndarray:
    """A torch tensor as float64."""
    values: np.ndarray = tensor.detach().cpu().double().numpy()
    return values


def activation(function: Foreign, where: str) -> str:
    """The name of an activation, found by its values."""
    import torch

    try:
        values = numbers(function(torch.tensor(_POINTS)))
    except Exception as error:
        raise Unsupported(
            f"{where}: {_named(function)} does not act on numbers one by one", traceable=True
        ) from error
    for name, expected in _ACTIVATIONS.items():
        if values.shape == _POINTS.shape and np.allclose(values, expected(_POINTS), atol=1e-9):
            return name
    raise Unsupported(
        f"{where}: the activation {_named(function)} is none of {', '.join(_ACTIVATIONS)}", traceable=True
    )


def batch_norm(module: Foreign, where: str) -> tuple[np.ndarray, np.ndarray]:
    """
    Factor and offset of a batch norm after its training, when its numbers are the running ones.

    :raises Unsupported: where it has none, so that its numbers are those of each batch
    """
    if module.running_mean is None or module.running_var is None:
        raise Unsupported(
            f"{where} has {type(module).__name__} without running statistics, whose numbers depend on the "
            "batch; train with track_running_stats=True, or without batch norm"
        )
    mean, factor = numbers(module.running_mean), 1 / np.sqrt(numbers(module.running_var) + module.eps)
    if module.weight is not None:
        factor = factor * numbers(module.weight)
    return factor, (0 if module.bias is None else numbers(module.bias)) - mean * factor


def _named(function: Foreign) -> str:
    return str(getattr(function, "__name__", None) or type(function).__name__)


class Embedding:
    """
    What comes before a flow: a scaling of the features and dense layers.

    ``shift`` and ``scale`` [F] standardise the features, None where nothing does.
    """

    def __init__(self, features: int) -> None:
        self.features = features
        self.shift: np.ndarray | None = None
        self.scale: np.ndarray | None = None
        self.layers: list[Layer] = []
        self._affine: tuple[np.ndarray, np.ndarray] | None = None

    @property
    def width(self) -> int:
        """Number of outputs."""
        return len(self.layers[-1].bias) if self.layers else self.features

    def take(self, module: Foreign, where: str = "embedding") -> Embedding:
        """Adds the layers of a module of torch."""
        kind = type(module).__name__
        if kind in ("Identity", "Dropout"):
            return self
        if kind == "Standardize" and hasattr(module, "_mean") and hasattr(module, "_std"):  # sbi's
            self._standardise(numbers(module._mean), numbers(module._std))
        elif kind in ("Linear", "LazyLinear"):
            bias = np.zeros(module.out_features) if module.bias is None else numbers(module.bias)
            self.dense(numbers(module.weight), bias, "identity")
        elif kind == "Flatten":
            return self
        elif "BatchNorm" in kind:
            factor, offset = batch_norm(module, where)
            self.dense(np.diag(factor), offset, "identity")
        elif "Norm" in kind:
            raise Unsupported(f"{where} has {kind}, which no description has", traceable=True)
        elif kind in _SEQUENCES:
            raise Unsupported(
                f"{where} has {kind}, an embedding of sequences or images; a bundle takes a row of "
                "numbers for each object: compress the data first, and train on the compressed numbers"
            )
        elif kind == "FCEmbedding":
            self.take(module.net, where + ".net")
        elif _is_sequential(module):
            for name, part in module.named_children():
                self.take(part, f"{where}.{name}")
        elif any(True for _ in module.children()) or any(True for _ in module.parameters()):
            raise Unsupported(f"{where} is a {kind}, which is no chain of dense layers", traceable=True)
        else:
            self._activate(activation(module, where))
        return self

    def dense(self, weight: np.ndarray, bias: np.ndarray, then: str) -> None:
        """Adds a dense layer."""
        if self._affine is not None:
            mean, sd = self._affine
            bias = bias - weight @ (mean / sd)
            weight = weight / sd
            self._affine = None
        if self.layers and self.layers[-1].activation == "identity":
            last = self.layers.pop()
            bias = bias + weight @ last.bias
            weight = weight @ last.weight
        self.layers.append(Layer(weight, bias, then))

    def finish(self) -> Embedding:
        """Makes a layer of a scaling at the end."""
        if self._affine is not None:
            width = self.width
            self.dense(np.eye(width), np.zeros(width), "identity")
        return self

    def check(self, module: Foreign) -> Embedding:
        """
        Compares what was taken with the module itself, near and far from the features' usual values.

        :raises Unsupported: where they differ, such as by a step in a class of the user's own
        """
        import copy

        import torch

        random = np.random.default_rng(1)
        rows = np.concatenate([size * random.normal(size=(16, self.features)) for size in (_NEAR, _FAR)])
        shift = np.zeros(self.features) if self.shift is None else self.shift
        scale = np.ones(self.features) if self.scale is None else self.scale
        expected = rows
        for layer in self.layers:
            expected = _ACTIVATIONS[layer.activation](expected @ layer.weight.T + layer.bias)
        if not self.layers and self.shift is None:
            expected = shift + scale * rows
        double = copy.deepcopy(module).double().cpu().eval()
        with torch.no_grad():
            found = numbers(double(torch.tensor(shift + scale * rows)))
        if found.shape != expected.shape or not np.allclose(found, expected, rtol=1e-5, atol=1e-5):
            raise Unsupported(
                f"the embedding {type(module).__name__} gives other numbers than its layers", traceable=True
            )
        return self

    def _standardise(self, mean: np.ndarray, sd: np.ndarray) -> None:
        width = self.width
        mean, sd = np.broadcast_to(mean.reshape(-1), width), np.broadcast_to(sd.reshape(-1), width)
        if not self.layers and self.shift is None:
            self.shift, self.scale = mean.copy(), sd.copy()
        elif self._affine is None:
            self._affine = (mean, sd)
        else:
            first_mean, first_sd = self._affine
            self._affine = (first_mean + first_sd * mean, first_sd * sd)

    def _activate(self, name: str) -> None:
        if name == "identity":
            return
        if self._affine is not None or not self.layers or self.layers[-1].activation != "identity":
            width = self.width
            self.dense(np.eye(width), np.zeros(width), name)
        else:
            self.layers[-1].activation = name


def _is_sequential(module: Foreign) -> bool:
    import torch

    return isinstance(module, torch.nn.Sequential) and type(module).forward is torch.nn.Sequential.forward


_SEQUENCES = {
    "CNNEmbedding", "Conv1d", "Conv2d", "Conv3d", "GRU", "LSTM", "RNN", "MultiheadAttention",
    "TransformerEmbedding", "TransformerEncoder", "PermutationInvariantEmbedding", "CausalCNNEmbedding",
    "SpectralConvEmbedding", "ResNetEmbedding1D", "ResNetEmbedding2D", "LRUEmbedding",
}  # fmt: skip
