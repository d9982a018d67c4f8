"""What an operator permits besides public addresses."""

from pathlib import Path

import pytest

from menon.core.settings import SettingsError, load
from menon.engine.outbound.settings import OutboundSettings
from menon.kit.ssrf import Endpoint


def read(**environ: str) -> OutboundSettings:
    return load([OutboundSettings], environ=environ)[OutboundSettings]


def test_nothing_is_permitted_by_default() -> None:
    assert read().policy().allow == frozenset()


def test_entries_are_spelt_in_one_way() -> None:
    settings = read(MENON_OUTBOUND__ALLOW='["LocalHost:11434", "[::1]:8080", "0x7f.1:9"]')

    assert settings.policy().allow == {
        Endpoint("localhost", 11434),
        Endpoint("::1", 8080),
        Endpoint("127.0.0.1", 9),
    }


def test_addresses_that_other_sections_name_are_permitted() -> None:
    policy = read().policy(["http://127.0.0.1:11434", "https://models.internal/v1"])

    assert policy.allow == {Endpoint("127.0.0.1", 11434), Endpoint("models.internal", 443)}


@pytest.mark.parametrize("entry", ["localhost", "localhost:x", "http://localhost:80", ":80"])
def test_an_entry_that_is_no_host_and_port_ends_the_start(entry: str) -> None:
    with pytest.raises(SettingsError, match=r"outbound\.allow"):
        read(MENON_OUTBOUND__ALLOW=f'["{entry}"]')


def test_times_and_caps_reach_the_policy(tmp_path: Path) -> None:
    policy = read(
        MENON_OUTBOUND__CONNECT_SECONDS="2",
        MENON_OUTBOUND__READ_SECONDS="3",
        MENON_OUTBOUND__RESPONSE_BYTES="4096",
        MENON_OUTBOUND__CONNECTIONS="16",
        MENON_OUTBOUND__CA_FILE=str(tmp_path / "ca.pem"),
    ).policy()

    assert (policy.connect_s, policy.read_s) == (2.0, 3.0)
    assert (policy.max_bytes, policy.max_connections) == (4096, 16)
    assert policy.ca_file == tmp_path / "ca.pem"
