"""The stream: topics of posteriors to read, and the topic of observations to write."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal, TypeVar
from uuid import uuid4

from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from .errors import SidereusError
from .publish import observations
from .records import GroupPosterior, ObjectPosterior, Posteriors, PosteriorSamples, Rejection, _Record

Start = Literal["now", "beginning"] | datetime | Mapping[int, int]
Stop = Literal["end"] | float | None
R = TypeVar("R", bound=_Record)

_TOPICS = {
    "observations": "observations",
    "object_posteriors": "object-posteriors",
    "group_posteriors": "group-posteriors",
    "rejections": "rejections",
    "samples": "samples",
}
_PATIENCE_S = 10.0


def connect(
    bootstrap_servers: str | None = None,
    schema_registry_url: str | None = None,
    *,
    prefix: str = "sidereus",
    config: str | os.PathLike[str] | None = None,
    kafka: Mapping[str, Any] | None = None,
    registry: Mapping[str, Any] | None = None,
) -> Stream:
    """Connects to the topics of a service.

    Addresses that are not given are taken from the properties file ``config``, then from the
    environment (``SIDEREUS_BOOTSTRAP_SERVERS``, ``SIDEREUS_SCHEMA_REGISTRY_URL``).

    Args:
        prefix: of the topics' names.
        kafka: settings of Kafka's client under librdkafka's names, such as ``sasl.password``.
        registry: settings of the registry's client, such as ``basic.auth.user.info``.

    Raises:
        SidereusError: if an address is missing or nothing responds there.
    """
    file = _properties(config) if config is not None else {}
    servers = bootstrap_servers or file.get("bootstrap.servers") or os.environ.get("SIDEREUS_BOOTSTRAP_SERVERS")
    url = schema_registry_url or file.get("schema.registry.url") or os.environ.get("SIDEREUS_SCHEMA_REGISTRY_URL")
    if not servers:
        raise SidereusError("no broker is named; give bootstrap_servers or set SIDEREUS_BOOTSTRAP_SERVERS")
    if not url:
        raise SidereusError("no schema registry is named; give schema_registry_url or set SIDEREUS_SCHEMA_REGISTRY_URL")
    clients = {key[6:]: value for key, value in file.items() if key.startswith("kafka.")}
    clients |= dict(kafka or {})
    topics = {
        role: file.get("topic." + name) or f"{prefix}.{name}" for role, name in _TOPICS.items()
    }
    return Stream(servers, url, topics, clients, dict(registry or {}))


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
        self._registry = SchemaRegistryClient({"url": schema_registry_url, **registry})
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

    def _read(self, role: str, kind: type[R], start: Start, stop: Stop) -> Iterator[R]:
        topic = self.topics[role]
        consumer = Consumer(
            {
                **self._kafka,
                # a group of its own that commits nothing
                "group.id": f"sidereus-python-{uuid4()}",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
                "enable.partition.eof": True,
            }
        )
        self._open.append(consumer)
        partitions = self._partitions(consumer, topic)
        # at once, not with the first record, so that nothing that comes after this call is missed
        consumer.assign(_places(consumer, topic, partitions, start))
        return self._records(consumer, topic, kind, len(partitions), stop)

    def _partitions(self, consumer: Consumer, topic: str) -> list[int]:
        try:
            found = consumer.list_topics(topic, timeout=_PATIENCE_S).topics[topic]
        except KafkaException as error:
            raise SidereusError(
                f"no broker responds at {self._kafka['bootstrap.servers']}: {error.args[0].str()}; "
                "check the address and that the broker runs"
            ) from error
        if found.error is not None:
            raise SidereusError(
                f"topic {topic} cannot be read: {found.error.str()}; start the service once, or check the prefix"
            )
        return sorted(found.partitions)

    def _records(
        self, consumer: Consumer, topic: str, kind: type[R], partitions: int, stop: Stop
    ) -> Iterator[R]:
        deserializer = AvroDeserializer(self._registry)
        context = SerializationContext(topic, MessageField.VALUE)
        ended: set[int] = set()
        last = time.monotonic()
        try:
            while True:
                message = consumer.poll(0.2)
                if message is None:
                    if isinstance(stop, (int, float)) and time.monotonic() - last > stop:
                        return
                    continue
                error = message.error()
                if error is not None:
                    if error.code() == KafkaError._PARTITION_EOF:
                        ended.add(message.partition())
                        if stop == "end" and len(ended) == partitions:
                            return
                        if isinstance(stop, (int, float)) and time.monotonic() - last > stop:
                            return
                        continue
                    raise SidereusError(f"topic {topic} cannot be read: {error.str()}")
                last = time.monotonic()
                if message.value() is None:
                    continue  # withdrawn
                yield kind(deserializer(message.value(), context), message.partition(), message.offset())
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
                f"the registry has no schema for {topic}: {error}; publish once by ./sidereus publish, "
                "or register schemas/src/main/avro/Observation.avsc"
            ) from error
        serializer = AvroSerializer(self._registry, schema.schema_str, conf={"auto.register.schemas": False})
        context = SerializationContext(topic, MessageField.VALUE)
        failures: list[str] = []

        def stored(error: KafkaError | None, _: object) -> None:
            if error is not None:
                failures.append(error.str())

        producer = Producer(
            {
                **self._kafka,
                # that of Java's clients, so that the events of an object are in one partition whoever sends them
                "partitioner": "murmur2_random",
                "enable.idempotence": True,
                "compression.type": "lz4",
                "linger.ms": 5,
            }
        )
        count = 0
        for one in rows:
            while True:
                try:
                    producer.produce(
                        topic, key=one["object"].encode(), value=serializer(one, context), on_delivery=stored
                    )
                    break
                except BufferError:
                    producer.poll(0.5)
            producer.poll(0)
            count += 1
        producer.flush()
        if failures:
            raise SidereusError(
                f"the brokers refused {len(failures)} observations: {failures[0]}; correct the cause and publish "
                "again (repeats replace each other)"
            )
        return count


def _places(consumer: Consumer, topic: str, partitions: list[int], start: Start) -> list[TopicPartition]:
    if start == "beginning":
        return [TopicPartition(topic, one, OFFSET_BEGINNING) for one in partitions]
    if start == "now":
        # the end as it is now: OFFSET_END would be that of the first fetch
        return [
            TopicPartition(topic, one, consumer.get_watermark_offsets(TopicPartition(topic, one), _PATIENCE_S)[1])
            for one in partitions
        ]
    if isinstance(start, datetime):
        if start.tzinfo is None:
            raise SidereusError("start has no time zone; use datetime(..., tzinfo=timezone.utc)")
        milliseconds = int(start.astimezone(timezone.utc).timestamp() * 1000)
        asked = [TopicPartition(topic, one, milliseconds) for one in partitions]
        return [
            TopicPartition(topic, one.partition, one.offset if one.offset >= 0 else OFFSET_END)
            for one in consumer.offsets_for_times(asked, timeout=_PATIENCE_S)
        ]
    if isinstance(start, Mapping):
        return [TopicPartition(topic, one, start.get(one, OFFSET_BEGINNING)) for one in partitions]
    raise SidereusError("start must be 'now', 'beginning', a datetime, or offsets by partition")
