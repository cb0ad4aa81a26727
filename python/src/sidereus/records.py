"""Posteriors and rejections as they are read from the topics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import numpy as np

from .errors import SidereusError

if TYPE_CHECKING:
    import pandas
    from astropy.table import QTable, Table

T = TypeVar("T", bound="_Record")

#: What a table has of each parameter; only groups have a robust posterior.
_STATISTICS = ("mean", "sd", "q025", "q16", "q50", "q84", "q975", "robust_mean", "robust_sd")
_LEVELS = {0.025: "q025", 0.16: "q16", 0.5: "q50", 0.84: "q84", 0.975: "q975"}


@dataclass(frozen=True)
class Marginal:
    """The marginal posterior of one parameter, in its unit.

    ``quantiles`` holds the published quantiles by their level, for example ``quantiles[0.16]``.
    """

    name: str
    unit: str
    mean: float
    sd: float
    quantiles: dict[float, float]
    values: dict[str, Any]


@dataclass(frozen=True)
class OutlierShare:
    """The share of the combined objects without the value of a parameter which the others share.

    ``share`` and ``quantiles`` (by their level) are from 0 to 0.35, ``log_bayes_factor`` is the natural logarithm of
    the evidence for a share over that for none. ``mean`` and ``sd`` are of the value of the others, in the parameter's
    unit.
    """

    share: float
    quantiles: dict[float, float]
    log_bayes_factor: float
    mean: float
    sd: float


@dataclass(frozen=True)
class _Record:
    """A record of a topic: ``values`` has all fields of the Avro contract under their names."""

    values: dict[str, Any]
    partition: int
    offset: int

    def key(self) -> tuple[Any, ...]:
        """What a later record with the same key replaces."""
        raise NotImplementedError

    def row(self) -> dict[str, Any]:
        """The record as one row of a table."""
        raise NotImplementedError


@dataclass(frozen=True)
class _Posterior(_Record):
    @property
    def bundle(self) -> str:
        return cast(str, self.values["bundle"])

    @property
    def bundle_version(self) -> str:
        return cast(str, self.values["bundle_version"])

    @property
    def time(self) -> datetime:
        return cast(datetime, self.values["time"])

    @property
    def flags(self) -> list[str]:
        return list(self.values["flags"])

    @property
    def parameters(self) -> list[Marginal]:
        """The marginal posteriors, in the order of the bundle's manifest."""
        return [_marginal(one) for one in self.values["parameters"]]

    @property
    def mean(self) -> np.ndarray:
        """Posterior means [D], in the parameters' units."""
        return np.array([one["mean"] for one in self.values["parameters"]])

    @property
    def covariance(self) -> np.ndarray:
        """Posterior covariance [D, D], in products of the parameters' units."""
        size = len(self.values["parameters"])
        return np.array(self.values["covariance"]).reshape(size, size)

    def __getitem__(self, parameter: str) -> Marginal:
        for one in self.values["parameters"]:
            if one["name"] == parameter:
                return _marginal(one)
        names = ", ".join(one["name"] for one in self.values["parameters"])
        raise KeyError(f"there is no parameter {parameter!r}; there are {names}")

    def draws(self, number: int = 1000, seed: int | None = None) -> np.ndarray:
        """Draws [number, D] of a normal distribution with the posterior's mean and covariance."""
        return np.random.default_rng(seed).multivariate_normal(self.mean, self.covariance, number)

    def _columns(self) -> dict[str, Any]:
        columns: dict[str, Any] = {}
        for one in self.values["parameters"]:
            for statistic in _STATISTICS:
                if statistic in one:
                    columns[f"{one['name']}_{statistic}"] = one[statistic]
        return columns

    def _units(self) -> dict[str, str]:
        return {
            f"{one['name']}_{statistic}": one["unit"]
            for one in self.values["parameters"]
            for statistic in _STATISTICS
            if statistic in one
        }


@dataclass(frozen=True)
class ObjectPosterior(_Posterior):
    """The posterior of one object."""

    @property
    def survey(self) -> str:
        return cast(str, self.values["survey"])

    @property
    def object(self) -> str:
        return cast(str, self.values["object"])

    @property
    def group(self) -> str | None:
        return cast("str | None", self.values["group"])

    def key(self) -> tuple[Any, ...]:
        return (self.survey, self.object, self.bundle)

    def row(self) -> dict[str, Any]:
        names = ("survey", "object", "group", "time", "revision", "bundle", "bundle_version")
        row = {name: self.values[name] for name in names}
        row |= self._columns()
        for name in ("effective_sample_size", "log_evidence", "chi_square", "p_value"):
            row[name] = self.values.get(name)
        row["flags"] = " ".join(self.flags)
        return row


@dataclass(frozen=True)
class GroupPosterior(_Posterior):
    """The posterior of what the objects of a group share, for all time or in one window."""

    @property
    def group(self) -> str:
        return cast(str, self.values["group"])

    @property
    def objects(self) -> int:
        return cast(int, self.values["objects"])

    @property
    def window(self) -> tuple[datetime, datetime] | None:
        """Start and end of the window of event time; ``None``: all time."""
        start = self.values["window_start"]
        return None if start is None else (start, self.values["window_end"])

    @property
    def outliers(self) -> dict[str, OutlierShare]:
        """The share of outliers by parameter; a parameter of which it is not determined is not there."""
        return {
            one["parameter"]: OutlierShare(
                one["share"],
                dict(zip(_LEVELS, one["share_quantiles"])),
                one["log_bayes_factor"],
                one["mean"],
                one["sd"],
            )
            for one in self.values.get("outliers") or []
        }

    def key(self) -> tuple[Any, ...]:
        return (self.group, self.bundle, self.values.get("survey"), self.values["window_start"])

    def row(self) -> dict[str, Any]:
        names = ("group", "window_start", "window_end", "closed", "time", "bundle", "bundle_version", "objects")
        row = {name: self.values[name] for name in names}
        for name in ("survey", "combined", "left_out"):
            row[name] = self.values.get(name)
        row |= self._columns()
        for name in ("heterogeneity_p_value", "misfit_p_value", "log_evidence"):
            row[name] = self.values.get(name)
        for one in self.parameters:
            outliers = self.outliers.get(one.name)
            row[f"{one.name}_outliers_share"] = outliers and outliers.share
            for level, statistic in _LEVELS.items():
                row[f"{one.name}_outliers_share_{statistic}"] = outliers and outliers.quantiles[level]
            row[f"{one.name}_outliers_log_bayes_factor"] = outliers and outliers.log_bayes_factor
            row[f"{one.name}_outliers_mean"] = outliers and outliers.mean
            row[f"{one.name}_outliers_sd"] = outliers and outliers.sd
        row["flags"] = " ".join(self.flags)
        return row

    def _units(self) -> dict[str, str]:
        return super()._units() | {
            f"{one.name}_outliers_{statistic}": one.unit
            for one in self.parameters
            for statistic in ("mean", "sd")
        }


@dataclass(frozen=True)
class PosteriorSamples(_Record):
    """Some of the posterior samples of one object."""

    @property
    def parameters(self) -> list[str]:
        """Names of the parameters, in the order of the columns of :attr:`theta`."""
        return list(self.values["parameters"])

    @property
    def theta(self) -> np.ndarray:
        """Samples [S, D], in the parameters' units."""
        return np.array(self.values["theta"]).reshape(-1, len(self.values["parameters"]))

    @property
    def weights(self) -> np.ndarray:
        """Weight of each sample [S], sum 1."""
        return np.array(self.values["weights"])

    def key(self) -> tuple[Any, ...]:
        return (self.values["survey"], self.values["object"], self.values["bundle"])

    def row(self) -> dict[str, Any]:
        names = ("survey", "object", "group", "time", "revision", "bundle", "bundle_version")
        return {name: self.values[name] for name in names} | {"theta": self.theta, "weights": self.weights}


@dataclass(frozen=True)
class Rejection(_Record):
    """An event that has no posterior, with the reason."""

    @property
    def reason(self) -> str:
        return cast(str, self.values["reason"])

    @property
    def detail(self) -> str:
        return cast(str, self.values["detail"])

    def key(self) -> tuple[Any, ...]:
        return (self.values["topic"], self.values["partition"], self.values["offset"])

    def row(self) -> dict[str, Any]:
        names = ("reason", "detail", "topic", "partition", "offset", "survey", "object")
        return {name: self.values[name] for name in names}


def _marginal(values: dict[str, Any]) -> Marginal:
    quantiles = {
        level: values[name] for level, name in _LEVELS.items() if values.get(name) is not None
    }
    return Marginal(
        values["name"], values["unit"], values["mean"], values["sd"], quantiles, values
    )


@dataclass(frozen=True)
class _Withdrawal:
    """A record without a value: what was published under its key no longer holds."""

    message_key: bytes | None


_TIMES = {"time", "window_start", "window_end"}
_ISO = "%Y-%m-%dT%H:%M:%S.%f"
_TEXTS = {"survey", "object", "group"}


def _column(name: str, values: list[Any]) -> Any:
    """Values for a column of astropy that every format of table can hold; what is missing is masked."""
    missing = np.array([one is None for one in values])
    if name in _TIMES:
        # VOTable and FITS have no column of datetimes in common
        texts = ["" if one is None else one.astimezone(timezone.utc).strftime(_ISO)[:-3] for one in values]
        return np.ma.MaskedArray(texts, mask=missing)
    if not missing.any():
        return values
    known = [one for one in values if one is not None]
    if all(isinstance(one, (int, float)) for one in known) and name not in _TEXTS:
        return np.ma.MaskedArray([np.nan if one is None else float(one) for one in values], mask=missing)
    if all(isinstance(one, str) for one in known):
        return np.ma.MaskedArray(["" if one is None else one for one in values], mask=missing)
    return values


class Posteriors(Generic[T]):
    """Records as they arrive. Iterate over it once, or turn it into a table."""

    def __init__(self, records: Iterator[tuple[bytes | None, T] | _Withdrawal]) -> None:
        self._records = records
        self._present = self._without_withdrawals()
        self._has_ended = False

    def _without_withdrawals(self) -> Iterator[T]:
        for one in self._records:
            if not isinstance(one, _Withdrawal):
                yield one[1]
        self._has_ended = True

    def __iter__(self) -> Iterator[T]:
        self._check()
        return self._present

    def _check(self) -> None:
        if self._has_ended:
            raise SidereusError("these records have been read to their end; ask the stream for them again")

    def to_list(self, latest: bool = False) -> list[T]:
        """All records until the iterator stops.

        With ``latest`` the last one of each object or group, without those that were withdrawn.
        """
        self._check()
        if not latest:
            return list(self._present)
        kept: dict[tuple[Any, ...], tuple[bytes | None, T]] = {}
        keys: dict[bytes | None, set[tuple[Any, ...]]] = {}
        for one in self._records:
            if isinstance(one, _Withdrawal):
                for key in keys.pop(one.message_key, set()):
                    # a later version of the bundle has another key of its messages
                    if key in kept and kept[key][0] == one.message_key:
                        del kept[key]
            else:
                message_key, record = one
                kept[record.key()] = one
                keys.setdefault(message_key, set()).add(record.key())
        self._has_ended = True
        return [record for _, record in kept.values()]

    def to_pandas(self, latest: bool = False) -> pandas.DataFrame:
        """A table with one row a record."""
        try:
            import pandas
        except ImportError as error:
            raise SidereusError("to_pandas() needs pandas: pip install './python[pandas]'") from error
        return pandas.DataFrame([one.row() for one in self.to_list(latest)])

    def to_astropy(self, latest: bool = False) -> Table | QTable:
        """A table with one row a record and the units that astropy knows.

        Times are texts in UTC, such as ``2026-01-01T00:00:00.000``; ``astropy.time.Time`` reads them.
        """
        try:
            from astropy import units
            from astropy.table import Table
        except ImportError as error:
            raise SidereusError("to_astropy() needs astropy: pip install './python[astropy]'") from error
        records = self.to_list(latest)
        rows = [one.row() for one in records]
        # posteriors of several bundles have several sets of columns
        names = list(dict.fromkeys(name for row in rows for name in row))
        table = Table({name: _column(name, [row.get(name) for row in rows]) for name in names})
        posteriors = [one for one in records if isinstance(one, _Posterior)]
        if posteriors:
            found = {column: unit for one in posteriors for column, unit in one._units().items()}
            for column, unit in found.items():
                if unit and column in table.colnames:
                    table[column].unit = units.Unit(unit, parse_strict="silent")
            table.meta["bundles"] = sorted({f"{one.bundle} {one.bundle_version}" for one in posteriors})
        return table
