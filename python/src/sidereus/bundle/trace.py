"""
Posteriors whose operations are recorded: any torch module ``(x, noise) -> theta, log_prob``.

What is written, ``posterior.onnx`` and ``parity.safetensors``, is for ``sidereus import``.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import nn

from . import members, posteriors, recordable, safetensors
from .errors import Unsupported
from .foreign import Foreign
from .members import Member

OPSET = 17
_OBJECTS, _SAMPLES = 8, 64
_TRACED_OBJECTS, _TRACED_SAMPLES = 3, 5


class Single(nn.Module):
    """One density as a module ``(x, noise) -> theta, log_prob``."""

    def __init__(self, member: Member) -> None:
        super().__init__()
        self.member = member

    def forward(self, x: torch.Tensor, noise: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.member.draw(x, noise, members.places(noise))


class Mixture(nn.Module):
    """
    An ensemble as the mixture of its members, for samples and density alike.

    The member of a sample follows from its place (:func:`members.places`), and what that member chooses
    itself from where in the member's share the place is. Each member draws its own samples alone, and
    tells the density of all.
    """

    log_weights: torch.Tensor
    shares: torch.Tensor
    starts: torch.Tensor

    def __init__(self, members: list[Member], weights: Foreign = None) -> None:
        super().__init__()
        shares = torch.ones(len(members)) if weights is None else torch.as_tensor(weights).flatten().cpu()
        shares = shares.detach().double()
        if len(shares) != len(members) or not bool((shares >= 0).all()) or not float(shares.sum()) > 0:
            raise Unsupported(
                f"{len(members)} members cannot have the weights {shares.tolist()}; give one weight that is "
                "not negative for each"
            )
        shares = shares / shares.sum()
        used = [i for i in range(len(members)) if shares[i] > 0]
        self.members = nn.ModuleList(members[i] for i in used)
        self.register_buffer("log_weights", torch.log(shares[used]))
        self.register_buffer("shares", shares[used])
        self.register_buffer("starts", torch.cumsum(shares[used], 0) - shares[used])

    def forward(self, x: torch.Tensor, noise: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        own = cast("list[Member]", list(self.members))
        starts, shares = self.starts.to(noise.dtype), self.shares.to(noise.dtype)
        place = members.places(noise)
        number = (place.unsqueeze(1) >= starts[1:]).to(torch.int64).sum(dim=1)
        drawn, numbers = [], []
        for k, member in enumerate(own):
            chosen = torch.nonzero(number == k)[:, 0]
            within = (place.index_select(0, chosen) - starts[k]) / shares[k]
            drawn.append(member.draw(x, noise.index_select(0, chosen), within)[0])
            numbers.append(chosen)
        theta = torch.cat(drawn, dim=1).index_select(1, torch.argsort(torch.cat(numbers)))
        densities = [
            member.densities(x, theta) + self.log_weights[k].to(theta.dtype)
            for k, member in enumerate(own)
        ]
        return theta, torch.logsumexp(torch.stack(densities, dim=2), dim=2)


def module_of(loaded: Foreign) -> nn.Module:
    """
    The module ``(x, noise) -> theta, log_prob`` of an object that was loaded from a file.

    :param loaded: an ensemble of sbi or ltu-ili, a posterior of sbi, lampe or zuko, a :class:`Member`,
        or such a module itself
    :raises Unsupported: where it cannot be sampled from noise in a fixed number of steps
    """
    if hasattr(loaded, "posteriors"):  # sbi's and ltu-ili's ensembles
        parts = list(_members(loaded, 1.0))
        return Mixture([one for one, _ in parts], [weight for _, weight in parts])
    posteriors.refuse(loaded)
    if posteriors.takes_noise(loaded):
        own: nn.Module = loaded
        return own
    try:
        member = members.of(loaded)
    except Unsupported:
        if isinstance(loaded, nn.Module) and _may_take_noise(loaded):
            return loaded
        raise
    return member if isinstance(member, members.GaussianMixture) else Single(member)


def _members(loaded: Foreign, weight: float) -> Iterator[tuple[Member, float]]:
    """The members of an ensemble, and those of ensembles in it, with their weights."""
    if not hasattr(loaded, "posteriors"):
        yield members.of(loaded), weight
        return
    parts = list(loaded.posteriors)
    given = getattr(loaded, "weights", None)
    shares = np.ones(len(parts)) if given is None else np.asarray(torch.as_tensor(given).cpu(), float).reshape(-1)
    if len(shares) != len(parts) or not (shares >= 0).all() or not shares.sum() > 0:
        raise Unsupported(
            f"{len(parts)} members cannot have the weights {shares.tolist()}; give one weight that is not "
            "negative for each"
        )
    for part, share in zip(parts, shares / shares.sum(), strict=True):
        if share > 0:
            yield from _members(part, weight * float(share))


def _may_take_noise(module: nn.Module) -> bool:
    """Whether ``forward(x, noise)`` may be that of a module of the user's own."""
    names = posteriors.arguments(module)
    return len(names) == 2 and names[0] != "theta" and not hasattr(module, "sample")


def write(
    module: nn.Module,
    folder: Path,
    features: int,
    parameters: int,
    rows: np.ndarray | None = None,
    seed: int = 1,
) -> None:
    """
    Writes ``posterior.onnx`` and ``parity.safetensors`` to a folder that exists.

    :param module: ``forward(x [B,F], noise [S,D]) -> theta [B,S,D], log_prob [B,S]``
    :param rows: features [N,F] of simulated or observed objects, some of which become the objects of
        the parity; None: standard normal ones, which fit a posterior that standardises nothing
    :raises Unsupported: where the module gives other shapes, or has an operation that no graph has
    """
    random = np.random.default_rng(seed)
    if rows is None:
        rows = random.normal(size=(_OBJECTS, features))
    rows = np.asarray(rows, dtype=np.float32)
    if rows.ndim != 2 or rows.shape[1] != features:
        raise Unsupported(f"the rows have the shape {rows.shape} instead of [N,{features}]")
    rows = rows[random.permutation(len(rows))[:_OBJECTS]]
    noise = random.normal(size=(_SAMPLES, parameters)).astype(np.float32)
    theta, log_prob = _framework(module, rows, noise)
    _check_shapes(theta, log_prob, len(rows), _SAMPLES, parameters)
    _export(module, folder / "posterior.onnx", rows, noise)
    safetensors.write(
        folder / "parity.safetensors",
        {"x": rows, "noise": noise, "theta": theta, "log_prob": log_prob},
    )


def _framework(module: nn.Module, rows: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the framework computes, in double precision."""
    double = _copy(module).double()
    x, z = torch.tensor(rows).double(), torch.tensor(noise).double()
    with torch.no_grad(), _double_transforms(double), members.without_searches():
        theta, log_prob = _outputs(double, x, z)
        finite = torch.isfinite(theta).flatten(1).all(dim=1) & torch.isfinite(log_prob).flatten(1).all(dim=1)
        if not bool(finite.all()):
            raise Unsupported(
                f"theta or log_prob is not finite for {int((~finite).sum())} of {len(rows)} objects with the features "
                f"{_first(rows, finite)}: the columns of x may be others than those of the training, or a step of "
                "the network may have no number for them, such as the logarithm of a standardised feature"
            )
        again, _ = _outputs(double, x, z)
        if not torch.equal(theta, again):
            raise Unsupported(
                "the module gives other samples for the same x and noise, so it draws random numbers of its "
                "own; take them from the noise"
            )
        members.check(double, x, theta)
    return theta.numpy(), log_prob.numpy()


def _first(rows: np.ndarray, finite: torch.Tensor) -> str:
    """The first row that has no finite numbers."""
    row = rows[int((~finite).to(torch.int64).argmax())]
    return "[" + ", ".join(f"{value:.4g}" for value in row[:6]) + (", ...]" if len(row) > 6 else "]")


def _copy(module: nn.Module) -> nn.Module:
    try:
        return copy.deepcopy(module).cpu().eval()
    except RuntimeError as e:
        raise Unsupported(
            f"the posterior cannot be copied ({e}); a weight or spectral norm of torch.nn.utils is removed by "
            "torch.nn.utils.remove_weight_norm or remove_spectral_norm, then save it again"
        ) from e


def _outputs(module: nn.Module, x: torch.Tensor, noise: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    try:
        outputs = module(x, noise)
    except Unsupported:
        raise
    except NameError as e:
        raise Unsupported(
            f"the posterior fails: {e}; the script that saved it had this name: put its imports and classes into a "
            "Python file, and name that with --code"
        ) from e
    except Exception as e:  # code of others may fail in any way
        raise Unsupported(
            f"the module fails for x {list(x.shape)} and noise {list(noise.shape)} ({type(e).__name__}: {e}); it must "
            "have forward(x, noise) -> theta, log_prob"
        ) from e
    if not isinstance(outputs, tuple | list) or len(outputs) != 2:
        raise Unsupported(
            f"the module gives {type(outputs).__name__} instead of theta and log_prob; it must have "
            "forward(x, noise) -> theta, log_prob"
        )
    return outputs[0], outputs[1]


def _check_shapes(theta: np.ndarray, log_prob: np.ndarray, objects: int, samples: int, parameters: int) -> None:
    if theta.shape != (objects, samples, parameters) or log_prob.shape != (objects, samples):
        raise Unsupported(
            f"the module gives theta {list(theta.shape)} and log_prob {list(log_prob.shape)} for {objects} "
            f"objects, {samples} samples and {parameters} parameters; they must be "
            f"{[objects, samples, parameters]} and {[objects, samples]}"
        )


def _export(module: nn.Module, path: Path, rows: np.ndarray, noise: np.ndarray) -> None:
    single = _recordable(_copy(module).float())
    for part in list(single.modules()):
        if isinstance(part, Member):
            part.take_weights(rows.shape[1])
    single = single.float()
    for parameter in single.parameters():
        parameter.requires_grad_(False)
    x = torch.tensor(np.resize(rows, (_TRACED_OBJECTS, rows.shape[1])))
    z = torch.tensor(noise[:_TRACED_SAMPLES])
    axes = {"x": {0: "B"}, "noise": {0: "S"}, "theta": {0: "B", 1: "S"}, "log_prob": {0: "B", 1: "S"}}
    try:
        with torch.no_grad(), warnings.catch_warnings(), _exportable(), recordable.nflows():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                single,
                (x, z),
                str(path),
                dynamo=False,  # the newer exporter takes a minute and fills a second file
                opset_version=OPSET,
                input_names=["x", "noise"],
                output_names=["theta", "log_prob"],
                dynamic_axes=axes,
            )
    except Exception as e:
        if "onnx is not installed" in str(e):
            raise Unsupported("torch writes graphs with the package onnx: pip install onnx") from e
        first = (str(e).strip() or "no reason is given").splitlines()[0]
        raise Unsupported(
            f"torch cannot write the posterior as a graph ({type(e).__name__}: {first}); train a flow that is "
            "known by its weights, such as sbi's 'maf' or 'zuko_nsf'"
        ) from e


class _Dense(nn.Module):
    """A linear map with its inverse, in place of one of nflows that solves triangular equations."""

    weight: torch.Tensor
    inverse_weight: torch.Tensor
    bias: torch.Tensor
    log_det: torch.Tensor

    def __init__(self, linear: Foreign) -> None:
        super().__init__()
        with torch.no_grad():
            double = copy.deepcopy(linear).double()
            weight, bias = double.weight(), double.bias
            for name, value in (
                ("weight", weight),
                ("inverse_weight", torch.linalg.inv(weight)),
                ("bias", bias),
                ("log_det", double.logabsdet()),
            ):
                self.register_buffer(name, value.detach().float())

    def forward(self, inputs: torch.Tensor, context: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        return inputs @ self.weight.T + self.bias, self.log_det + 0 * inputs[:, 0]

    def inverse(self, inputs: torch.Tensor, context: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        return (inputs - self.bias) @ self.inverse_weight.T, 0 * inputs[:, 0] - self.log_det


class _Linear(torch.distributions.Transform):
    """y = x W^T of a matrix W."""

    domain = codomain = torch.distributions.constraints.real_vector
    bijective = True

    def __init__(self, weight: torch.Tensor, inverse_weight: torch.Tensor, log_det: torch.Tensor) -> None:
        super().__init__()
        self.weight, self.inverse_weight, self.log_det = weight, inverse_weight, log_det

    def _call(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.weight.T

    def _inverse(self, y: torch.Tensor) -> torch.Tensor:
        return y @ self.inverse_weight.T

    def log_abs_det_jacobian(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return self.log_det + 0 * x[..., 0]

    def call_and_ladj(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        y = self._call(x)
        return y, self.log_abs_det_jacobian(x, y)


class _Unconditional(nn.Module):
    """A linear transform of zuko that does not depend on x."""

    weight: torch.Tensor
    inverse_weight: torch.Tensor
    log_det: torch.Tensor

    def __init__(self, transform: Foreign, size: int) -> None:
        super().__init__()
        with torch.no_grad():
            weight = transform(torch.eye(size)).T.double()
        self.register_buffer("weight", weight.float())
        self.register_buffer("inverse_weight", torch.linalg.inv(weight).float())
        self.register_buffer("log_det", torch.linalg.slogdet(weight)[1].float())

    def forward(self, context: torch.Tensor | None = None) -> _Linear:
        return _Linear(self.weight, self.inverse_weight, self.log_det)


def _linear(part: Foreign) -> nn.Module | None:
    """A rotation or an LU transform of zuko by its matrix; None: it is neither."""
    with torch.no_grad():
        transform = part()
    if type(transform).__name__ not in ("LULinearTransform", "RotationTransform"):
        return None
    size = next(value.shape[-1] for value in [*part.parameters(), *part.buffers()])
    return _Unconditional(transform, size)


def _recordable(module: nn.Module) -> nn.Module:
    """Replaces parts that have steps without an operator in ONNX by others with the same result."""
    for name, part in list(module.named_modules()):
        other: nn.Module | None = None
        if type(part).__name__ == "LULinear" and hasattr(part, "weight_inverse"):
            other = _Dense(part)
        elif type(part).__name__ == "UnconditionalTransform":
            other = _linear(part)
        if other is not None:
            owner, _, key = name.rpartition(".")
            module.get_submodule(owner)._modules[key] = other
    return module


@contextlib.contextmanager
def _double_transforms(module: nn.Module) -> Iterator[None]:
    """Transforms of torch.distributions are no modules: their tensors are converted here."""
    for part in module.modules():
        for name in ("x_transform", "theta_transform"):
            transform = getattr(part, name, None)
            for key in ("loc", "scale"):
                value = getattr(transform, key, None)
                if value is not None and torch.is_tensor(value):
                    setattr(transform, key, value.double().cpu())
    yield


@contextlib.contextmanager
def _exportable() -> Iterator[None]:
    """Replaces functions that no graph has by others with the same result, while a graph is traced."""
    functions: Foreign = torch  # which has no types for what is replaced here
    originals = functions.searchsorted, torch.distributions.Distribution.set_default_validate_args
    whole: Callable[..., torch.Tensor] = functions.Tensor.squeeze

    def searchsorted(
        sequence: torch.Tensor,
        values: torch.Tensor,
        *args: Any,
        right: bool = False,
        side: str | None = None,
        **kwargs: Any,
    ) -> torch.Tensor:
        below = sequence.unsqueeze(-2) <= values.unsqueeze(-1)
        if not (right or side == "right"):
            below = sequence.unsqueeze(-2) < values.unsqueeze(-1)
        return below.to(torch.int64).sum(dim=-1)

    def squeeze(tensor: torch.Tensor, *dims: int, dim: int | None = None) -> torch.Tensor:
        # that of torch becomes a branch where the length of the axis is not known
        axis = dims[0] if len(dims) == 1 else dim
        if isinstance(axis, int) and int(tensor.shape[axis]) == 1:
            return tensor.select(axis, 0)
        return whole(tensor, *dims) if dim is None else whole(tensor, dim=dim)

    validates = torch.distributions.Distribution._validate_args
    for name in ("Asinh", "Acosh", "Atanh"):
        operator = functools.partial(_operator, name)
        functions.onnx.register_custom_op_symbolic(f"aten::{name.lower()}", operator, OPSET)
    functions.searchsorted = searchsorted
    functions.Tensor.squeeze = squeeze
    torch.distributions.Distribution.set_default_validate_args(False)
    try:
        yield
    finally:
        functions.searchsorted = originals[0]
        functions.Tensor.squeeze = whole
        originals[1](validates)


def _operator(name: str, graph: Foreign, value: Foreign) -> Foreign:
    """One of the operators that this exporter of torch does not know."""
    return graph.op(name, value)
