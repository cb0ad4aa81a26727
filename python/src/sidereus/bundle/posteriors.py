"""Posteriors of sbi, lampe and zuko as one thing: a description and the numbers of the framework."""

from __future__ import annotations

import copy
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
    if kind in ("dict", "OrderedDict"):
        raise Unsupported(
            "the file holds weights alone, without the network they belong to; save the whole posterior with "
            "torch.save(posterior, 'posterior.pt'), or name a Python file with --code whose function posterior() "
            "returns the network"
        )


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


def _compare(known: Posterior, owner: Foreign, objects: int = 8) -> None:
    """Compares the log density with ``owner(theta, x)``, as in lampe."""
    import torch

    random = np.random.default_rng(1)
    scaling = known.flow.feature_scaling
    x = np.array([one["shift"] for one in scaling]) + random.normal(size=(objects, len(scaling))) * np.array(
        [one["scale"] for one in scaling]
    )
    theta = known.sample(x, random.normal(size=(objects, len(known.flow.parameter_scaling))))
    double = copy.deepcopy(owner).double().cpu().eval()
    with torch.no_grad():
        expected = double(torch.tensor(theta), torch.tensor(x)).numpy()
    if not np.allclose(known.log_prob(x, theta), expected, atol=1e-3):
        raise Unsupported(
            f"the flow of {type(owner).__name__} has another density than {type(owner).__name__} itself; give "
            "a torch.nn.Module with forward(x, noise) -> theta, log_prob"
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
