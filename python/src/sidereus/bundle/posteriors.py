"""Posteriors of sbi, lampe and zuko as one thing: a description and the numbers of the framework."""

from __future__ import annotations

import contextlib
import copy
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from . import nflows, zuko
from .errors import Unsupported
from .foreign import Foreign
from .network import Flow

if TYPE_CHECKING:
    import torch


@dataclass
class Posterior:
    """
    A posterior that is known by its weights.

    ``flow`` is its description. ``sample(x, noise)`` gives theta [N,D], and ``log_prob(x, theta)`` the log
    density [N], both computed by the framework in double precision.
    """

    framework: str
    flow: Flow
    sample: Callable[[np.ndarray, np.ndarray], np.ndarray]
    log_prob: Callable[[np.ndarray, np.ndarray], np.ndarray]


def of(loaded: Foreign, features: int) -> Posterior:
    """
    The posterior in an object that was loaded from a file.

    :param features: number of columns that the network takes
    :raises Unsupported: where it is not known by its weights
    """
    kind = type(loaded).__name__
    name = type(loaded).__module__.split(".")[0]
    refuse(loaded)
    if hasattr(loaded, "posteriors"):  # ensembles of sbi and ltu-ili
        if len(loaded.posteriors) == 1:
            return of(loaded.posteriors[0], features)
        raise Unsupported(f"{kind} is a mixture of {len(loaded.posteriors)} posteriors", traceable=True)
    if hasattr(loaded, "posterior_estimator"):  # sbi's DirectPosterior
        return of(loaded.posterior_estimator, features)
    if kind == "NFlowsFlow":
        return _nflows(loaded.net, features, f"{name} (nflows)", loaded)
    if kind == "ZukoFlow":
        return _zuko(loaded.net, loaded.embedding_net, features, f"{name} (zuko)", loaded)
    if hasattr(loaded, "_transform") and hasattr(loaded, "_distribution"):
        return _nflows(loaded, features, "nflows", None)
    if hasattr(loaded, "nde") and hasattr(loaded, "theta_transform"):
        raise Unsupported(f"{kind} of ltu-ili scales around its network", traceable=True)
    if takes_noise(loaded):
        raise Unsupported(f"{kind} has forward(x, noise)", traceable=True)
    if hasattr(loaded, "flow") and hasattr(loaded.flow, "transform"):  # such as lampe's NPE
        known = _zuko(loaded.flow, _embedding_of(loaded), features, name, None)
        _compare(known, loaded)
        return known
    if hasattr(loaded, "transform") and hasattr(loaded, "base"):
        return _zuko(loaded, None, features, "zuko", None)
    raise Unsupported(
        f"{kind} of {type(loaded).__module__} is no posterior whose weights are known", traceable=True
    )


def refuse(loaded: Foreign) -> None:
    """
    Refuses kinds whose samples or densities no graph has.

    :raises Unsupported: with the kind and what to do
    """
    kind = type(loaded).__name__
    names = {kind, type(getattr(loaded, "vector_field_estimator", None)).__name__}
    if any("FlowMatching" in one or "Score" in one or "VectorField" in one for one in names):
        raise Unsupported(
            f"{kind} samples by solving a differential equation (flow matching, score), which no bundle "
            "does; train sbi's NPE with density_estimator='maf', 'maf_rqs', 'zuko_maf' or 'zuko_nsf'"
        )
    if getattr(loaded, "_apply_correction", False):  # sbi's NPE_A_Posterior after its first round
        raise Unsupported(
            f"{kind} was trained in several rounds: it divides by a proposal for one observation, which no bundle "
            "does; train one round of sbi's NPE on draws of the prior"
        )
    if kind == "FilteredDirectPosterior" or hasattr(loaded, "_full_context_input"):
        raise Unsupported(
            f"{kind} looks for similar simulations for each object (TabPFN), which no bundle does; train sbi's NPE"
        )
    if kind in ("MCMCPosterior", "RejectionPosterior", "VIPosterior", "ImportanceSamplingPosterior"):
        raise Unsupported(
            f"{kind} samples by a search for each object (NLE, NRE), which no bundle does; train sbi's NPE"
        )
    if callable(getattr(loaded, "build_posterior", None)):
        raise Unsupported(
            f"{kind} is the training and not the posterior; save the posterior: "
            "pickle.dump(inference.build_posterior(), file)"
        )
    if isinstance(loaded, dict | list | tuple) and _holds_objects(loaded):
        raise Unsupported(
            f"the file holds a {kind} of several things ({_listed(loaded)}); save the posterior alone"
        )
    if kind in ("dict", "OrderedDict"):
        raise Unsupported(
            "the file holds weights alone, without the network they belong to; save the whole posterior with "
            "torch.save(posterior, 'posterior.pt'), or name a Python file with --code whose function posterior() "
            "returns the network"
        )


def _holds_objects(loaded: Foreign) -> bool:
    """Whether a container has networks or posteriors, and not weights and numbers alone."""
    values = loaded.values() if isinstance(loaded, dict) else loaded
    return any(callable(getattr(one, "named_modules", None)) or hasattr(one, "posterior_estimator") for one in values)


def _listed(loaded: Foreign) -> str:
    pairs = loaded.items() if isinstance(loaded, dict) else enumerate(loaded)
    return ", ".join(f"{key}: {type(value).__name__}" for key, value in pairs)


def _nflows(net: Foreign, features: int, framework: str, estimator: Foreign) -> Posterior:
    _check_width(estimator, features)
    flow = nflows.convert(net, features)
    double = copy.deepcopy(net).double().cpu().eval()
    return Posterior(
        framework,
        flow,
        lambda x, noise: _run(nflows.sample, double, x, noise),
        lambda x, theta: _run(nflows.log_prob, double, x, theta),
    )


def _zuko(net: Foreign, embedding: Foreign, features: int, framework: str, estimator: Foreign) -> Posterior:
    _check_width(estimator, features)
    flow = zuko.convert(net, features, embedding)
    double = copy.deepcopy(net).double().cpu().eval()
    embed = None if embedding is None else copy.deepcopy(embedding).double().cpu().eval()

    def context(x: torch.Tensor) -> torch.Tensor:
        embedded: torch.Tensor = x if embed is None else embed(x)
        return embedded

    return Posterior(
        framework,
        flow,
        lambda x, noise: _run(lambda net, x, z: zuko.sample(net, context(x), z), double, x, noise),
        lambda x, theta: _run(lambda net, x, t: zuko.log_prob(net, context(x), t), double, x, theta),
    )


def _embedding_of(owner: Foreign) -> Foreign:
    from . import members

    return members.embedding_of(owner)


def arguments(module: Foreign) -> list[str]:
    """Names of what ``forward`` must be given."""
    return [
        one.name
        for one in inspect.signature(module.forward).parameters.values()
        if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD) and one.default is one.empty
    ]


def takes_noise(loaded: Foreign) -> bool:
    """Whether it is a module with ``forward(x, noise)``, of which the second is called noise or z."""
    return callable(getattr(loaded, "forward", None)) and arguments(loaded)[1:] in (["noise"], ["z"])


def own_log_prob(owner: Foreign, x: torch.Tensor, theta: torch.Tensor, steps: torch.Tensor) -> torch.Tensor:
    """
    The log density [N] that a class of the user's own gives.

    It may be ``forward`` or ``log_prob``, of theta and x in either order, or ``log_prob(theta)`` of what
    ``forward(x)`` returns. Where the order is open, the one that is nearest to another density is meant;
    of ``forward`` and ``log_prob`` the one that is further away, because both must agree with it.

    :param steps: that other log density [N]
    :raises Unsupported: where the class has none of them
    """
    import torch

    def difference(value: torch.Tensor) -> float:
        return float((value - steps).abs().nan_to_num(torch.inf).max())

    def nearest(*calls: Callable[[], torch.Tensor]) -> list[torch.Tensor]:
        found = []
        for call in calls:
            with contextlib.suppress(Exception):  # a class of others may fail in any way; this is not its density
                value = call()
                if torch.is_tensor(value) and value.shape == steps.shape:
                    found.append(value)
        return [min(found, key=difference)] if found else []

    both = [
        *nearest(lambda: owner(theta, x), lambda: owner(x, theta), lambda: owner(x).log_prob(theta)),
        *nearest(lambda: owner.log_prob(theta, x), lambda: owner.log_prob(x, theta)),
    ]
    if not both:
        raise Unsupported(
            f"{type(owner).__name__} has a flow, but says no log density of its own that the flow's could be "
            "compared with: give it forward(theta, x) -> log_prob, with one number for each row"
        )
    return max(both, key=difference)


def _compare(known: Posterior, owner: Foreign, objects: int = 8) -> None:
    """Compares the log density with that of the class itself, as in lampe ``owner(theta, x)``."""
    import torch

    random = np.random.default_rng(1)
    scaling = known.flow.feature_scaling
    x = np.array([one["shift"] for one in scaling]) + random.normal(size=(objects, len(scaling))) * np.array(
        [one["scale"] for one in scaling]
    )
    theta = known.sample(x, random.normal(size=(objects, len(known.flow.parameter_scaling))))
    double = copy.deepcopy(owner).double().cpu().eval()
    steps = known.log_prob(x, theta)
    with torch.no_grad():
        expected = own_log_prob(double, torch.tensor(x), torch.tensor(theta), torch.tensor(steps)).numpy()
    if not np.allclose(steps, expected, atol=1e-3):
        raise Unsupported(
            f"the flow of {type(owner).__name__} has another density than {type(owner).__name__} itself, which "
            "may scale x or theta around it; give a torch.nn.Module with forward(x, noise) -> theta, log_prob"
        )


def _check_width(estimator: Foreign, features: int) -> None:
    shape = getattr(estimator, "condition_shape", None)
    if shape is None:
        return
    if len(shape) != 1:
        raise Unsupported(
            f"the posterior takes an array of shape {tuple(shape)} for each object, such as sequences or "
            "images; a bundle takes a row of numbers: compress the data first, and train on the "
            "compressed numbers"
        )
    if shape[0] != features:
        raise Unsupported(
            f"the posterior takes {shape[0]} numbers for each object, but the case has {features} features; "
            "name the columns in their order by --features"
        )


def _run(
    function: Callable[[Foreign, torch.Tensor, torch.Tensor], torch.Tensor],
    net: Foreign,
    x: np.ndarray,
    other: np.ndarray,
) -> np.ndarray:
    import torch

    with torch.no_grad():
        result = function(net, torch.tensor(x, dtype=torch.float64), torch.tensor(other, dtype=torch.float64))
    numbers: np.ndarray = result.detach().cpu().numpy()
    return numbers
