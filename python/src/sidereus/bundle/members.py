"""Densities of sbi, lampe, zuko and ltu-ili as steps from noise to parameters, for recording."""

from __future__ import annotations

import contextlib
import copy
import math
from collections.abc import Iterator
from typing import Any, NoReturn, TypeAlias

import numpy as np
import torch
from torch import nn

from . import nflows, posteriors, zuko
from .errors import Unsupported
from .foreign import Foreign
from .network import Flow
from .stepwise import Stepwise

#: A framework's own log density may differ by this from that of the recorded steps.
LARGEST_DIFFERENCE = 1e-2
#: By its weights, a posterior gives the framework's numbers but for this, both in double precision.
_SAME = 1e-6

#: The factors of precisions by row and column, each [B,K].
Factors: TypeAlias = dict[tuple[int, int], torch.Tensor]

_TRAIN = "train one of sbi's flows ('maf', 'nsf', 'zuko_maf', 'zuko_nsf'), or a MAF or NSF of zuko"


class Member(nn.Module):
    """
    A normalised density of theta given x that can be sampled from standard normal noise.

    Subclasses have ``sample(x, noise)``, [N,F] and [N,D] to theta [N,D], and ``log_prob(x, theta)``,
    the natural log density [N].
    """

    def __init__(self) -> None:
        super().__init__()
        #: The same by its weights, which is faster; None: by the steps of its framework.
        self.stepwise: Stepwise | None = None

    def sample(self, x: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError

    def log_prob(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError

    def reference(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        """The log density by the framework's own method; here that of the member itself."""
        return self.log_prob(x, theta)

    def draw(
        self, x: torch.Tensor, noise: torch.Tensor, place: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """
        Each object with each sample: theta [B,S,D] and log_prob [B,S].

        :param x: [B,F]
        :param noise: [S,D]
        :param place: numbers [S] in [0, 1) for a choice of the member's own, such as a mixture's; see :func:`places`
        """
        if self.stepwise is not None:
            return self.stepwise.draw(x, noise)
        theta, log_prob = self._draw(x, noise)
        return by_object(theta, x, noise), by_object(log_prob.unsqueeze(1), x, noise).squeeze(2)

    def _draw(self, x: torch.Tensor, noise: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The same by pairs: theta [B*S,D] and log_prob [B*S]."""
        each_x, each_noise = pairs(x, noise)
        theta = self.sample(each_x, each_noise)
        return theta, self.log_prob(each_x, theta)

    def densities(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        """The log density [B,S] of theta [B,S,D] given x [B,F]."""
        if self.stepwise is not None:
            return self.stepwise.densities(x, theta)
        return self._densities(x, theta).reshape(theta.shape[:2])

    def _densities(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        """The same by pairs, [B*S]."""
        each_x = x.unsqueeze(1).expand(-1, theta.shape[1], -1).reshape(-1, x.shape[1])
        return self.log_prob(each_x, theta.reshape(-1, theta.shape[2]))

    def take_weights(self, features: int) -> None:
        """Sets ``stepwise`` where the weights are known and give the same numbers."""
        try:
            double = copy.deepcopy(self).double()
            known = double.by_weights(features)
        except Unsupported:
            return
        if known is None:
            return
        flow, columns = known
        stepwise = Stepwise(flow, columns)
        random = np.random.default_rng(1)
        rows = np.array([[one["shift"], one["scale"]] for one in flow.feature_scaling])
        x = torch.tensor(rows[:, 0] + rows[:, 1] * random.normal(size=(4, features)))
        noise = torch.tensor(random.normal(size=(16, len(flow.parameter_scaling))))
        with torch.no_grad():
            theta, log_prob = stepwise.draw(x, noise)
            expected, density = double.draw(x, noise, places(noise))
            again = stepwise.densities(x, expected)
        same = all(
            torch.allclose(one, other, rtol=_SAME, atol=_SAME)
            for one, other in ((theta, expected), (log_prob, density), (again, density))
        )
        if same:
            self.stepwise = stepwise

    def by_weights(self, features: int) -> tuple[Flow, np.ndarray | None] | None:
        """The description and the parameters of the columns of the noise; None: there is none."""
        return None


class Nflows(Member):
    """A flow of nflows, as sbi has it. Its steps backwards give the density of the samples, too."""

    def __init__(self, flow: Foreign) -> None:
        super().__init__()
        if type(flow._distribution).__name__ != "StandardNormal":
            raise Unsupported(
                f"the flow begins with {type(flow._distribution).__name__}, and the noise of a bundle is "
                f"standard normal; {_TRAIN}"
            )
        self.flow = flow

    def sample(self, x: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        theta: torch.Tensor = self.flow._transform.inverse(noise, context=self.flow._embedding_net(x))[0]
        return theta

    def log_prob(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        z, log_det = self.flow._transform(theta, context=self.flow._embedding_net(x))
        log_prob: torch.Tensor = normal(z) + log_det
        return log_prob

    def reference(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        log_prob: torch.Tensor = self.flow.log_prob(theta, context=x)
        return log_prob

    def _draw(self, x: torch.Tensor, noise: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        context, each_noise = pairs(self.flow._embedding_net(x), noise)
        theta, log_det = self.flow._transform.inverse(each_noise, context=context)
        return theta, normal(each_noise) - log_det

    def by_weights(self, features: int) -> tuple[Flow, np.ndarray | None] | None:
        return nflows.convert(self.flow, features), nflows.noise_columns(self.flow)


class Zuko(Member):
    """A function of x to a distribution of zuko, such as a flow, with the embedding before it."""

    def __init__(self, flow: Foreign, embedding: nn.Module | None = None) -> None:
        super().__init__()
        self.flow = flow
        self.embedding = nn.Identity() if embedding is None else embedding

    def sample(self, x: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        distribution = self._distribution(x)
        theta: torch.Tensor = distribution.transform.inv(_Base.of(distribution.base).sample(noise))
        return theta

    def log_prob(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        return self._log_prob(self._distribution(x), theta)

    @staticmethod
    def _log_prob(distribution: Foreign, theta: torch.Tensor) -> torch.Tensor:
        z, log_det = distribution.transform.call_and_ladj(theta)
        log_prob: torch.Tensor = _Base.of(distribution.base).log_prob(z) + log_det
        return log_prob

    def reference(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        log_prob: torch.Tensor = self._distribution(x).log_prob(theta)
        return log_prob

    def _draw(self, x: torch.Tensor, noise: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        context, each_noise = pairs(self.embedding(x), noise)
        distribution = self._of_context(context)
        theta = distribution.transform.inv(_Base.of(distribution.base).sample(each_noise))
        return theta, self._log_prob(distribution, theta)

    def _densities(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        context = self.embedding(x)
        each = context.unsqueeze(1).expand(-1, theta.shape[1], -1).reshape(-1, context.shape[1])
        return self._log_prob(self._of_context(each), theta.reshape(-1, theta.shape[2]))

    def by_weights(self, features: int) -> tuple[Flow, np.ndarray | None] | None:
        plain = type(self.embedding) is nn.Identity
        return zuko.convert(self.flow, features, None if plain else self.embedding), None

    def _distribution(self, x: torch.Tensor) -> Foreign:
        return self._of_context(self.embedding(x))

    def _of_context(self, context: torch.Tensor) -> Foreign:
        distribution = self.flow(context)
        if not hasattr(distribution, "transform") or not hasattr(distribution, "base"):
            raise Unsupported(
                f"{type(self.flow).__name__} gives {type(distribution).__name__}, which is no flow; {_TRAIN}"
            )
        return distribution


class Owner(Zuko):
    """lampe's NPE, or a class of the user's own that has a flow and perhaps an embedding before it."""

    def __init__(self, owner: Foreign) -> None:
        if hasattr(owner.flow, "transform"):
            super().__init__(owner.flow, embedding_of(owner))
        else:
            super().__init__(_Method(owner))
        self.owner = owner

    def reference(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        return posteriors.own_log_prob(self.owner, x, theta, self.log_prob(x, theta))

    def by_weights(self, features: int) -> tuple[Flow, np.ndarray | None] | None:
        return None if isinstance(self.flow, _Method) else super().by_weights(features)


class _Method(nn.Module):
    """The method ``flow(x)`` of a module."""

    def __init__(self, owner: Foreign) -> None:
        super().__init__()
        self.owner = owner

    def forward(self, x: torch.Tensor) -> Foreign:
        return self.owner.flow(x)


def embedding_of(owner: nn.Module) -> nn.Module | None:
    """
    What a module has beside its ``flow``; None: nothing.

    :raises Unsupported: where there are several such parts
    """
    others = {name: part for name, part in owner.named_children() if name != "flow"}
    if len(others) > 1:
        raise Unsupported(
            f"{type(owner).__name__} has the parts {', '.join(others)} beside its flow; give it a method "
            "flow(x) that returns the distribution, or one embedding"
        )
    return next(iter(others.values()), None)


class _Base:
    """The distribution of z that a flow begins with, each dimension made of a standard normal one."""

    def __init__(self, uniform: bool, shift: torch.Tensor, scale: torch.Tensor) -> None:
        self.uniform, self.shift, self.scale = uniform, shift, scale

    @staticmethod
    def of(distribution: Foreign) -> _Base:
        while hasattr(distribution, "base_dist"):
            distribution = distribution.base_dist
        if type(distribution) is torch.distributions.Normal:
            return _Base(False, distribution.loc, distribution.scale)
        if type(distribution) is torch.distributions.Uniform:
            return _Base(True, distribution.low, distribution.high - distribution.low)
        raise Unsupported(
            f"the flow begins with {type(distribution).__name__}, which is not made of standard normal noise "
            f"here; {_TRAIN}"
        )

    def sample(self, noise: torch.Tensor) -> torch.Tensor:
        unit = 0.5 * (1 + torch.erf(noise / math.sqrt(2))) if self.uniform else noise
        return self.shift + self.scale * unit

    def log_prob(self, z: torch.Tensor) -> torch.Tensor:
        log_scale = (torch.log(self.scale) + 0 * z).sum(dim=-1)
        if self.uniform:
            return -log_scale
        return normal((z - self.shift) / self.scale) - log_scale


class Ili(Member):
    """A member of an ensemble of ltu-ili: standardised x and theta around a flow of zuko."""

    def __init__(self, npe: Foreign) -> None:
        super().__init__()
        self.inner = Zuko(npe.nde.flow, npe.embedding_net)
        self.x_transform = npe.x_transform
        self.theta_transform = npe.theta_transform

    def sample(self, x: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        theta: torch.Tensor = self.theta_transform(self.inner.sample(self.x_transform.inv(x), noise))
        return theta

    def log_prob(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        z = self.theta_transform.inv(theta)
        return self.inner.log_prob(self.x_transform.inv(x), z) - self._log_det(z, theta)

    def draw(
        self, x: torch.Tensor, noise: torch.Tensor, place: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        z, log_prob = self.inner.draw(self.x_transform.inv(x), noise, place)
        theta = self.theta_transform(z)
        return theta, log_prob - self._log_det(z, theta)

    def densities(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        z = self.theta_transform.inv(theta)
        return self.inner.densities(self.x_transform.inv(x), z) - self._log_det(z, theta)

    def _log_det(self, z: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        log_det: torch.Tensor = self.theta_transform.log_abs_det_jacobian(z, theta)
        return log_det.sum(dim=-1) if log_det.dim() == theta.dim() else log_det


class GaussianMixture(Member):
    """
    sbi's mixture density network, alone as a module ``(x, noise) -> theta, log_prob`` or in an ensemble.

    The component of a sample follows from its place in [0, 1), so each has the share of its weight at
    x. ``log_prob`` is the density of these samples. sbi's own has a term more: it adds ``_epsilon`` to
    its precisions, to keep them from being singular, and not to the factors that it samples with.
    """

    def __init__(self, estimator: Foreign) -> None:
        super().__init__()
        self.estimator = estimator

    def forward(self, x: torch.Tensor, noise: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """x [B,F] and noise [S,D] to theta [B,S,D] and log_prob [B,S]: the network sees each object once."""
        return self.draw(x, noise, places(noise))

    def draw(
        self, x: torch.Tensor, noise: torch.Tensor, place: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        components = self._components(x)
        z = self._samples(noise.unsqueeze(0), place.unsqueeze(0), *components)
        theta = self._scaled(z)
        return theta, self._density(z, *components) + self._log_det(theta, z)

    def densities(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        shift, scale = self.estimator._transform_shift, self.estimator._transform_scale
        if self._unconstrained is not None:
            z = self._unconstrained(theta)
        else:
            z = theta if shift is None else (theta - shift) / scale
        return self._density(z, *self._components(x)) + self._log_det(theta, z)

    def log_prob(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        return self.densities(x, theta.unsqueeze(1))[:, 0]

    def reference(self, x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
        net = self.estimator.net
        epsilon = getattr(net, "_epsilon", None)
        if epsilon is not None:
            net._epsilon = 0.0
        try:
            log_prob: torch.Tensor = self.estimator.log_prob(theta.unsqueeze(0), x)[0]
        finally:
            if epsilon is not None:
                net._epsilon = epsilon
        return log_prob

    @property
    def _unconstrained(self) -> Foreign:
        """The transform to z of sbi's ``transform_to_unconstrained``; None: z is a scaled theta."""
        return getattr(self.estimator, "_prior_transform", None)

    def _samples(
        self,
        noise: torch.Tensor,
        place: torch.Tensor,
        log_weights: torch.Tensor,
        means: torch.Tensor,
        factors: Factors,
    ) -> torch.Tensor:
        """z [B,S,D] of noise [B,S,D] and places [B,S], in both of which B may be 1."""
        ends = torch.cumsum(torch.exp(log_weights), dim=-1)[:, :-1]
        component = (place.unsqueeze(-1) >= ends.unsqueeze(1)).to(torch.int64).sum(dim=-1)  # [B,S]
        numbers = torch.cumsum(torch.ones_like(log_weights[:1], dtype=torch.int64), -1) - 1  # [1,K]
        chosen = (component.unsqueeze(-1) == numbers.unsqueeze(0)).to(noise.dtype)  # [B,S,K]
        mean = torch.matmul(chosen, means)  # [B,S,D]
        entries = {at: torch.matmul(chosen, one.unsqueeze(-1)).squeeze(-1) for at, one in factors.items()}
        d = noise.shape[-1]
        solved: dict[int, torch.Tensor] = {}  # factor (z - mean) = noise, from the last dimension to the first
        for i in reversed(range(d)):
            rest = noise[:, :, i]
            for j, value in solved.items():
                rest = rest - entries[i, j] * value
            solved[i] = rest / entries[i, i]
        return mean + torch.stack([solved[i] for i in range(d)], dim=-1)

    def _scaled(self, z: torch.Tensor) -> torch.Tensor:
        """theta [B,S,D]."""
        shift, scale = self.estimator._transform_shift, self.estimator._transform_scale
        if self._unconstrained is not None:
            unscaled: torch.Tensor = self._unconstrained.inv(z)
            return unscaled
        theta: torch.Tensor = z if shift is None else shift + scale * z
        return theta

    def _log_det(self, theta: torch.Tensor, z: torch.Tensor) -> torch.Tensor | float:
        """The logarithm of dz / dtheta, a number or [B,S]."""
        if self._unconstrained is not None:
            log_det: torch.Tensor = self._unconstrained.log_abs_det_jacobian(theta, z)
            return log_det.sum(dim=-1) if log_det.dim() == theta.dim() else log_det
        scale = self.estimator._transform_scale
        return 0.0 if scale is None else -torch.log(scale).sum()

    def _components(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, Factors]:
        """Log weights [B,K], means [B,K,D] and, by row and column, factors [B,K] of the precisions."""
        net = self.estimator.net
        hidden = net._hidden_net(self.estimator._embedding_net(x))
        log_weights = torch.log_softmax(net._logits_layer(hidden), dim=-1)
        k, d = net._num_components, net._features
        diagonal = nn.functional.softplus(net._unconstrained_diagonal_layer(hidden)).reshape(-1, k, d)
        factors = {(i, i): diagonal[:, :, i] for i in range(d)}
        if net._upper_layer is not None:
            upper = net._upper_layer(hidden).reshape(-1, k, d * (d - 1) // 2)
            for number, (i, j) in enumerate(zip(net._row_ix.tolist(), net._column_ix.tolist(), strict=True)):
                factors[i, j] = upper[:, :, number]
        return log_weights, net._means_layer(hidden).reshape(-1, k, d), factors

    def _density(
        self, z: torch.Tensor, log_weights: torch.Tensor, means: torch.Tensor, factors: Factors
    ) -> torch.Tensor:
        """The log density [B,S] of z [B,S,D]."""
        difference = z.unsqueeze(2) - means.unsqueeze(1)  # [B,S,K,D]
        d = z.shape[-1]
        whitened = [
            _total([factors[i, j].unsqueeze(1) * difference[..., j] for j in range(i, d)]) for i in range(d)
        ]
        log_det = _total([torch.log(factors[i, i]) for i in range(d)])  # [B,K]
        density = normal(torch.stack(whitened, dim=-1)) + (log_det + log_weights).unsqueeze(1)
        return torch.logsumexp(density, dim=-1)


def _total(terms: list[torch.Tensor]) -> torch.Tensor:
    total = terms[0]
    for one in terms[1:]:
        total = total + one
    return total


def pairs(x: torch.Tensor, noise: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Each object with each sample, [B*S,F] and [B*S,D]."""
    objects, samples = x.shape[0], noise.shape[0]
    each_x = x.unsqueeze(1).expand(objects, samples, x.shape[1]).reshape(-1, x.shape[1])
    each_noise = noise.unsqueeze(0).expand(objects, samples, noise.shape[1]).reshape(-1, noise.shape[1])
    return each_x, each_noise


def by_object(values: torch.Tensor, x: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
    """[B*S,K] to [B,S,K]."""
    return values.reshape(x.shape[0], noise.shape[0], values.shape[1])


def places(noise: torch.Tensor) -> torch.Tensor:
    """
    A place in [0, 1) for each sample [S], from its number s alone: the fractional part of s times the
    golden ratio.

    So each interval has its share of every stretch of samples. Every K-th sample would not do: the
    noise of the engine is a Sobol sequence, in which the points of every second, fourth, ... number lie
    in one half, quarter, ... of the space.
    """
    number = torch.cumsum(torch.ones_like(noise[:, 0], dtype=torch.int64), 0)
    return torch.remainder(number * _STEP, _MODULUS).to(noise.dtype) / _MODULUS


_STEP, _MODULUS = 40_503, 65_537  # their quotient is the golden ratio to 5 digits


def of(loaded: Foreign) -> Member:
    """
    The member in an object that was loaded from a file.

    :raises Unsupported: where it cannot be sampled from noise in a fixed number of steps
    """
    if isinstance(loaded, Member):
        return loaded
    posteriors.refuse(loaded)
    kind = type(loaded).__name__
    if hasattr(loaded, "posterior_estimator"):  # sbi's DirectPosterior
        return of(loaded.posterior_estimator)
    if kind == "MixtureDensityEstimator":
        return GaussianMixture(loaded)
    if kind == "NFlowsFlow":
        return Nflows(loaded.net)
    if kind == "ZukoFlow":
        return Zuko(loaded.net, loaded.embedding_net)
    if hasattr(loaded, "_transform") and hasattr(loaded, "_distribution"):
        return Nflows(loaded)
    if hasattr(loaded, "nde") and hasattr(loaded, "theta_transform"):
        if not hasattr(getattr(loaded.nde, "flow", None), "transform"):
            raise Unsupported(
                f"{type(getattr(loaded.nde, 'flow', loaded.nde)).__name__} of ltu-ili is no flow; train 'maf' "
                "or 'nsf'"
            )
        return Ili(loaded)
    if isinstance(loaded, nn.Module) and callable(getattr(loaded, "flow", None)):  # such as lampe's NPE
        return Owner(loaded)
    if hasattr(loaded, "transform") and hasattr(loaded, "base"):
        return Zuko(loaded)
    if kind == "GMM":
        raise Unsupported(f"zuko's GMM is no flow; {_TRAIN}")
    raise Unsupported(
        f"{kind} of {type(loaded).__module__} has no samples from noise in a fixed number of steps; give a "
        "torch.nn.Module with forward(x, noise) -> theta, log_prob, or a subclass of "
        "sidereus.bundle.trace.Member"
    )


@contextlib.contextmanager
def without_searches() -> Iterator[None]:
    """Refuses transforms of zuko that search for the inverse or solve a differential equation."""
    try:
        import zuko as framework
    except ModuleNotFoundError:
        yield
        return

    def search(*args: Any, **kwargs: Any) -> NoReturn:
        raise Unsupported(
            "each sample of the flow is a search for the inverse of a monotonic function (zuko's BPF, GF, NAF, "
            "SOSPF, UNAF), which has no end in a fixed number of exact steps; train a MAF or NSF"
        )

    def solve(*args: Any, **kwargs: Any) -> NoReturn:
        raise Unsupported(
            "the flow is continuous (CNF): each sample solves a differential equation; train a MAF or NSF"
        )

    transforms = framework.transforms
    originals = transforms.bisection, transforms.odeint
    transforms.bisection, transforms.odeint = search, solve
    try:
        yield
    finally:
        transforms.bisection, transforms.odeint = originals


def check(module: nn.Module, x: torch.Tensor, theta: torch.Tensor) -> None:
    """
    Compares the log density of each member at samples with that of the framework's own method.

    :param x: [B,F]
    :param theta: [B,S,D]
    :raises Unsupported: where they differ
    """
    each_x = x.unsqueeze(1).expand(-1, theta.shape[1], -1).reshape(-1, x.shape[1])
    each_theta = theta.reshape(-1, theta.shape[2])
    for part in module.modules():
        if not isinstance(part, Member):
            continue
        difference = part.log_prob(each_x, each_theta) - part.reference(each_x, each_theta)
        largest = float(difference.abs().max())
        if not largest <= LARGEST_DIFFERENCE:
            raise Unsupported(
                f"the log density of the recorded steps differs by {largest:.2g} from that of the framework "
                "itself, so they are not the same posterior; give a torch.nn.Module with "
                "forward(x, noise) -> theta, log_prob"
            )


def normal(z: torch.Tensor) -> torch.Tensor:
    """The log density of the standard normal distribution, summed over the last axis."""
    return -0.5 * (z * z).sum(dim=-1) - 0.5 * z.shape[-1] * math.log(2 * math.pi)
