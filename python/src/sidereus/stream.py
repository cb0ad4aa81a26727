"""The stream: topics of posteriors to read, and the topic of observations to write."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal, TypeVar, cast, final
from uuid import uuid4

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext, SerializationError

from .errors import SidereusError
from .publish import observations
from .records import GroupPosterior, ObjectPosterior, Posteriors, PosteriorSamples, Rejection, _Record, _Withdrawal

Start = Literal["now", "beginning"] | datetime | Mapping[int, int]
Stop = Literal["end"] | float | None
R = TypeVar("R", bound=_Record)
C = TypeVar("C", Consumer, Producer)

_TOPICS = {
    "observations": "observations",
    "object_posteriors": "object-posteriors",
    "group_posteriors": "group-posteriors",
    "rejections": "rejections",
    "samples": "samples",
}
_log = logging.getLogger("sidereus")
_PATIENCE_S = 10.0
_TRY_S = 2.0
_ENVIRONMENT = {
    "SIDEREUS_KAFKA_SECURITY_PROTOCOL": "security.protocol",
    "SIDEREUS_KAFKA_SASL_MECHANISM": "sasl.mechanism",
    "SIDEREUS_KAFKA_SASL_USERNAME": "sasl.username",
    "SIDEREUS_KAFKA_SASL_PASSWORD": "sasl.password",
    "SIDEREUS_KAFKA_SSL_CA_LOCATION": "ssl.ca.location",
}
_REFUSALS = {
    KafkaError._AUTHENTICATION,
    KafkaError.SASL_AUTHENTICATION_FAILED,
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError._SSL,
}
_REGISTRY_ENVIRONMENT = {"SIDEREUS_REGISTRY_USER_INFO": "basic.auth.user.info"}


def connect(
    bootstrap_servers: str | None = None,
    schema_registry_url: str | None = None,
    *,
    prefix: str = "sidereus",
    config: str | os.PathLike[str] | None = None,
    kafka: Mapping[str, Any] | None = None,
    registry: Mapping[str, Any] | None = None,
) -> Stream:
    """Names the topics of a service; the first use connects.

    Addresses and credentials that are not given are taken from the properties file ``config``, then
    from the environment: ``SIDEREUS_BOOTSTRAP_SERVERS``, ``SIDEREUS_SCHEMA_REGISTRY_URL``,
    ``SIDEREUS_KAFKA_SECURITY_PROTOCOL``, ``SIDEREUS_KAFKA_SASL_MECHANISM``,
    ``SIDEREUS_KAFKA_SASL_USERNAME``, ``SIDEREUS_KAFKA_SASL_PASSWORD``,
    ``SIDEREUS_KAFKA_SSL_CA_LOCATION``, ``SIDEREUS_REGISTRY_USER_INFO`` (user:password).

    Args:
        prefix: of the topics' names.
        kafka: settings of Kafka's client under librdkafka's names, such as ``sasl.password``.
        registry: settings of the registry's client, such as ``basic.auth.user.info``.

    Raises:
        SidereusError: if an address is missing, or the file cannot be read.
    """
    file = _properties(config) if config is not None else {}
    servers = bootstrap_servers or file.get("bootstrap.servers") or os.environ.get("SIDEREUS_BOOTSTRAP_SERVERS")
    url = schema_registry_url or file.get("schema.registry.url") or os.environ.get("SIDEREUS_SCHEMA_REGISTRY_URL")
    if not servers:
        raise SidereusError("no broker is named; give bootstrap_servers or set SIDEREUS_BOOTSTRAP_SERVERS")
    if not url:
        raise SidereusError("no schema registry is named; give schema_registry_url or set SIDEREUS_SCHEMA_REGISTRY_URL")
    clients = _from_environment(_ENVIRONMENT)
    clients |= {key[6:]: value for key, value in file.items() if key.startswith("kafka.")}
    clients |= dict(kafka or {})
    registry_settings = _from_environment(_REGISTRY_ENVIRONMENT)
    registry_settings |= {key: value for key, value in file.items() if key == "basic.auth.user.info"}
    registry_settings |= dict(registry or {})
    topics = {
        role: file.get("topic." + name) or f"{prefix}.{name}" for role, name in _TOPICS.items()
    }
    return Stream(servers, url, topics, clients, registry_settings)


def _from_environment(names: Mapping[str, str]) -> dict[str, Any]:
    return {key: os.environ[name] for name, key in names.items() if os.environ.get(name)}


def _properties(path: str | os.PathLike[str]) -> dict[str, str]:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SidereusError(f"{path} cannot be read: {error.strerror}; name a properties file") from error
    values = {}
    for line in lines:
        if line.strip() and not line.lstrip().startswith(("#", "!")):
            key, _, value = line.partition("=")
            values[key.strip()] = value.strip()
    return values


@dataclass(frozen=True)
class _Reading:
    """A topic that is read."""

    consumer: Consumer
    topic: str
    partitions: int
    since: int  # milliseconds; what is older at the beginning of a partition is passed over
    faults: list[KafkaError]


@final
class Stream:
    """The topics of one service. Close it, or use it as a context manager."""

    def __init__(
        self,
        bootstrap_servers: str,
        schema_registry_url: str,
        topics: Mapping[str, str],
        kafka: Mapping[str, Any],
        registry: Mapping[str, Any],
    ) -> None:
        self.topics = dict(topics)
        self._kafka = {"bootstrap.servers": bootstrap_servers, **kafka}
        self._registry_url = schema_registry_url
        try:
            # a registry that is away is told within seconds
            self._registry = SchemaRegistryClient({"url": schema_registry_url, "timeout": 5, "max.retries": 1, **registry})
        except (ValueError, TypeError) as error:
            raise SidereusError(f"the settings of the schema registry's client are refused: {error}") from error
        self._open: list[Consumer] = []

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes all iterators."""
        while self._open:
            self._open.pop().close()

    def objects(self, start: Start = "now", stop: Stop = None) -> Posteriors[ObjectPosterior]:
        """The posteriors of objects, see :meth:`groups`."""
        return Posteriors(self._read("object_posteriors", ObjectPosterior, start, stop))

    def groups(self, start: Start = "now", stop: Stop = None) -> Posteriors[GroupPosterior]:
        """The posteriors of groups, as they are committed.

        Args:
            start: ``"now"``, ``"beginning"``, a time of publication, or offsets by partition.
            stop: ``None``: never; ``"end"``: at the end of what is there now; a number: after so
                many seconds without a new posterior.
        """
        return Posteriors(self._read("group_posteriors", GroupPosterior, start, stop))

    def samples(self, start: Start = "now", stop: Stop = None) -> Posteriors[PosteriorSamples]:
        """Posterior samples of objects, where the service publishes them, see :meth:`groups`."""
        return Posteriors(self._read("samples", PosteriorSamples, start, stop))

    def rejections(self, start: Start = "now", stop: Stop = None) -> Posteriors[Rejection]:
        """The rejected events, see :meth:`groups`."""
        return Posteriors(self._read("rejections", Rejection, start, stop))

    def _read(
        self, role: str, kind: type[R], start: Start, stop: Stop
    ) -> Iterator[tuple[bytes | None, R] | _Withdrawal]:
        topic = self.topics[role]
        _check_stop(stop)
        faults: list[KafkaError] = []
        consumer = self._client(
            Consumer,
            {
                "error_cb": faults.append,
                # a group of its own that commits nothing
                "group.id": f"sidereus-python-{uuid4()}",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
                "enable.partition.eof": True,
            },
        )
        try:
            partitions = self._partitions(consumer, topic, faults)
            # at once, not with the first record, so that nothing that comes after this call is missed
            consumer.assign(_places(consumer, topic, partitions, start))
        except KafkaException as error:
            consumer.close()
            raise SidereusError(f"topic {topic} cannot be read: {error.args[0].str()}") from error
        except BaseException:
            consumer.close()
            raise
        self._open.append(consumer)
        faults.clear()
        since = _milliseconds(start) if isinstance(start, datetime) else 0
        return self._records(_Reading(consumer, topic, len(partitions), since, faults), kind, stop)

    def _client(self, kind: type[C], settings: Mapping[str, Any]) -> C:
        try:
            # the errors of this package say what the lines of the client's log say
            return kind({"log_level": 0, **self._kafka, **settings})
        except (KafkaException, ValueError, TypeError) as error:
            reason = error.args[0].str() if isinstance(error, KafkaException) else error
            raise SidereusError(
                f"the settings of Kafka's client are refused: {reason}; use the names of librdkafka, such as "
                "sasl.username and sasl.password in place of sasl.jaas.config"
            ) from error

    def _partitions(self, client: Consumer | Producer, topic: str, faults: list[KafkaError]) -> list[int]:
        """The partitions of a topic, within seconds also where no broker responds."""
        servers = self._kafka["bootstrap.servers"]
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                found = client.list_topics(topic, timeout=_TRY_S).topics[topic]
                break
            except KafkaException as error:
                client.poll(0)  # for the reasons
                refused = [one for one in faults if one.code() in _REFUSALS]
                if refused:
                    raise SidereusError(
                        f"the broker at {servers} refuses the connection: {refused[-1].str()}; check the credentials "
                        "(sasl.username, sasl.password, sasl.mechanism, security.protocol)"
                    ) from error
                down = any(one.code() == KafkaError._ALL_BROKERS_DOWN for one in faults)
                if down or time.monotonic() > deadline:
                    known = [one.str() for one in faults if one.code() != KafkaError._ALL_BROKERS_DOWN]
                    raise SidereusError(
                        f"no broker responds at {servers}: {known[-1] if known else error.args[0].str()}; "
                        "check the address, security.protocol, and that the broker runs"
                    ) from error
        if found.error is not None:
            raise SidereusError(
                f"topic {topic} cannot be used: {found.error.str()}; start the service once, or check the prefix"
            )
        return sorted(found.partitions)

    def _records(
        self, reading: _Reading, kind: type[R], stop: Stop
    ) -> Iterator[tuple[bytes | None, R] | _Withdrawal]:
        consumer, topic, faults = reading.consumer, reading.topic, reading.faults
        deserializer = AvroDeserializer(self._registry)
        context = SerializationContext(topic, MessageField.VALUE)
        ended: set[int] = set()
        begun: set[int] = set()
        last = time.monotonic()
        try:
            while True:
                message = consumer.poll(0.2)
                if any(one.code() == KafkaError._ALL_BROKERS_DOWN for one in faults):
                    _log.warning("no broker responds at %s; waiting for it", self._kafka["bootstrap.servers"])
                faults.clear()
                if message is None:
                    if isinstance(stop, (int, float)) and time.monotonic() - last > stop:
                        return
                    continue
                # a message that was polled has a place
                partition, offset = cast(int, message.partition()), cast(int, message.offset())
                fault = message.error()
                if fault is not None:
                    if fault.code() == KafkaError._PARTITION_EOF:
                        ended.add(partition)
                        if stop == "end" and len(ended) == reading.partitions:
                            return
                        if isinstance(stop, (int, float)) and time.monotonic() - last > stop:
                            return
                        continue
                    raise SidereusError(f"topic {topic} cannot be read: {fault.str()}")
                # a topic that ends before the time of the start is read from its end
                if partition not in begun and message.timestamp()[1] < reading.since:
                    if isinstance(stop, (int, float)) and time.monotonic() - last > stop:
                        return
                    continue
                begun.add(partition)
                last = time.monotonic()
                if message.value() is None:
                    yield _Withdrawal(message.key())
                    continue
                try:
                    values = deserializer(message.value(), context)
                except Exception as error:
                    place = f"offset {offset} of partition {partition} of {topic} cannot be read"
                    raise SidereusError(f"{place}: {self._reason(error)}") from error
                yield message.key(), kind(values, partition, offset)
        finally:
            if consumer in self._open:
                self._open.remove(consumer)
                consumer.close()

    def publish(self, table: Any, *, object: str, survey: str, measurements: Mapping[str, Any], **columns: Any) -> int:
        """Publishes the rows of a table as observations.

        Args:
            table: a pandas or astropy table, or rows as dictionaries.
            object: the column of identifiers.
            survey: the survey's name.
            measurements: by name of the quantity a column, or a pair of columns: value and error. A
                missing value (``None``, NaN, masked) is left out.
            columns: ``group``, ``time`` (a column of ``datetime``, or one ``datetime`` for all; without
                it the observations have no time, and are in no window), ``revision``, ``visit``
                (columns), ``bundle`` (a name).

        Returns:
            How many observations were published and stored.

        Raises:
            SidereusError: if a column is missing, a value is no number, or the brokers refuse.
        """
        rows = observations(table, object=object, survey=survey, measurements=measurements, **columns)
        return self._publish(rows)

    def withdraw(self, survey: str, objects: Iterable[str]) -> int:
        """Takes objects of a survey out of their groups, with their visits and posteriors.

        Returns:
            How many withdrawals were published and stored.
        """
        now = datetime.now(timezone.utc)
        empty = {"kind": "WITHDRAWAL", "survey": survey, "time": now, "revision": 0, "measurements": []}
        return self._publish({**empty, "object": one} for one in objects)

    def _publish(self, rows: Iterable[dict[str, Any]]) -> int:
        topic = self.topics["observations"]
        try:
            schema = self._registry.get_latest_version(topic + "-value").schema
        except Exception as error:
            raise SidereusError(
                f"the registry gives no schema for {topic}: {self._reason(error)}; a registry without schemas gets "
                "them by the first ./sidereus publish, or from schemas/src/main/avro/Observation.avsc"
            ) from error
        serializer = AvroSerializer(self._registry, schema.schema_str, conf={"auto.register.schemas": False})
        context = SerializationContext(topic, MessageField.VALUE)
        failures: list[str] = []

        def stored(error: KafkaError | None, _: object) -> None:
            if error is not None:
                failures.append(error.str())

        faults: list[KafkaError] = []
        producer = self._client(
            Producer,
            {
                "error_cb": faults.append,
                # that of Java's clients, so that the events of an object are in one partition whoever sends them
                "partitioner": "murmur2_random",
                "enable.idempotence": True,
                "compression.type": "lz4",
                "linger.ms": 5,
            },
        )
        self._partitions(producer, topic, faults)
        count = 0
        try:
            for one in rows:
                try:
                    value = serializer(one, context)
                except Exception as error:
                    raise SidereusError(f"{one['object']} cannot be published: {self._reason(error)}") from error
                while True:
                    try:
                        producer.produce(topic, key=one["object"].encode(), value=value, on_delivery=stored)
                        break
                    except BufferError:
                        producer.poll(0.5)
                producer.poll(0)
                count += 1
        except SidereusError as error:
            producer.flush()
            if count == 0:
                raise
            raise SidereusError(f"{error} ({count - len(failures)} before it are published)") from error
        producer.flush()
        if failures:
            raise SidereusError(
                f"the brokers refused {len(failures)} observations: {failures[0]}; correct the cause and publish "
                "again (repeats replace each other)"
            )
        return count


    def _reason(self, error: Exception) -> str:
        """What the registry's client says, in a sentence."""
        if isinstance(error, SchemaRegistryError):
            if error.http_status_code in (401, 403):
                hint = "check its credentials (basic.auth.user.info)"
            else:
                hint = f"is {self._registry_url} that of this stream?"
            return f"the schema registry says {error.http_status_code} {error.error_message}; {hint}"
        if isinstance(error, (SerializationError, ValueError, TypeError, KeyError)):
            return str(error)
        return f"the schema registry does not respond at {self._registry_url} ({error}); check the address"


def _check_stop(stop: Stop) -> None:
    if stop is not None and stop != "end" and (isinstance(stop, bool) or not isinstance(stop, (int, float))):
        raise SidereusError(f"stop must be None, 'end' or a number of seconds but is {stop!r}")


def _milliseconds(start: datetime) -> int:
    return int(start.astimezone(timezone.utc).timestamp() * 1000)


def _end(consumer: Consumer, topic: str, partition: int) -> int:
    """The end as it is now: OFFSET_END would be that of the first fetch."""
    return consumer.get_watermark_offsets(TopicPartition(topic, partition), _PATIENCE_S)[1]


def _places(consumer: Consumer, topic: str, partitions: list[int], start: Start) -> list[TopicPartition]:
    if start == "beginning":
        return [TopicPartition(topic, one, OFFSET_BEGINNING) for one in partitions]
    if start == "now":
        return [TopicPartition(topic, one, _end(consumer, topic, one)) for one in partitions]
    if isinstance(start, datetime):
        if start.tzinfo is None:
            raise SidereusError("start has no time zone; use datetime(..., tzinfo=timezone.utc)")
        asked = [TopicPartition(topic, one, _milliseconds(start)) for one in partitions]
        return [
            TopicPartition(
                topic, one.partition, one.offset if one.offset >= 0 else _end(consumer, topic, one.partition)
            )
            for one in consumer.offsets_for_times(asked, timeout=_PATIENCE_S)
        ]
    if isinstance(start, Mapping):
        for partition, offset in start.items():
            if partition not in partitions:
                raise SidereusError(f"start names partition {partition}; {topic} has the partitions {partitions}")
            # a client of Kafka would go back to the beginning without a word
            end = _end(consumer, topic, partition)
            if not 0 <= offset <= end:
                raise SidereusError(
                    f"start names offset {offset} of partition {partition}, which ends at {end}; name one from 0 to {end}"
                )
        return [TopicPartition(topic, one, start.get(one, OFFSET_BEGINNING)) for one in partitions]
    raise SidereusError(f"start must be 'now', 'beginning', a datetime, or offsets by partition but is {start!r}")
