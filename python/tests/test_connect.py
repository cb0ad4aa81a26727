"""Wrong addresses and settings, without a stream."""

import time

import pytest

import sidereus

NOWHERE = ("127.0.0.1:1", "http://127.0.0.1:2")


def test_an_absent_broker_is_named_within_seconds():
    start = time.monotonic()
    with pytest.raises(sidereus.SidereusError, match="no broker responds at 127.0.0.1:1: .*refused"):
        sidereus.connect(*NOWHERE).groups()
    assert time.monotonic() - start < 9


def test_addresses_are_asked_for(monkeypatch):
    monkeypatch.delenv("SIDEREUS_BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.delenv("SIDEREUS_SCHEMA_REGISTRY_URL", raising=False)
    with pytest.raises(sidereus.SidereusError, match="SIDEREUS_BOOTSTRAP_SERVERS"):
        sidereus.connect()
    with pytest.raises(sidereus.SidereusError, match="SIDEREUS_SCHEMA_REGISTRY_URL"):
        sidereus.connect("127.0.0.1:1")
    with pytest.raises(sidereus.SidereusError, match="Invalid url"):
        sidereus.connect("127.0.0.1:1", "127.0.0.1:2")


def test_settings_of_java_are_refused_with_those_of_librdkafka():
    with pytest.raises(sidereus.SidereusError, match="sasl.username"):
        sidereus.connect(*NOWHERE, kafka={"sasl.jaas.config": "x"}).groups()


def test_credentials_come_from_the_environment_and_the_file_wins(monkeypatch, tmp_path):
    monkeypatch.setenv("SIDEREUS_KAFKA_SASL_USERNAME", "reader")
    monkeypatch.setenv("SIDEREUS_KAFKA_SASL_PASSWORD", "of the environment")
    file = tmp_path / "stream.properties"
    file.write_text("bootstrap.servers=127.0.0.1:1\nkafka.sasl.password = of the file\nbasic.auth.user.info=a:b\n")
    stream = sidereus.connect(schema_registry_url="http://127.0.0.1:2", config=file)
    assert stream._kafka["sasl.username"] == "reader"
    assert stream._kafka["sasl.password"] == "of the file"
    assert stream._kafka["bootstrap.servers"] == "127.0.0.1:1"
