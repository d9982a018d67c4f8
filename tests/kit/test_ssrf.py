"""Addresses: one spelling for each, and only public or permitted ones pass."""

from ipaddress import ip_address

import pytest

from menon.kit.ssrf import (
    Endpoint,
    Refused,
    admit,
    canonical_host,
    is_allowed,
    literal,
    parse_endpoint,
    parse_target,
    refuse_early,
    why_not_public,
)

NOBODY: frozenset[Endpoint] = frozenset()


@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"),
        ("1.2.3", "1.2.0.3"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0X7F.0.0.0x1", "127.0.0.1"),
        ("0177.0.0.01", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("0x", "0.0.0.0"),
        ("0", "0.0.0.0"),
        ("①②⑦.⓪.⓪.①", "127.0.0.1"),
        ("127。0。0。1", "127.0.0.1"),
        ("127\uff0e0\uff0e0\uff0e1", "127.0.0.1"),
        ("::FFFF:127.0.0.1", "127.0.0.1"),
        ("::ffff:7f00:1", "127.0.0.1"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("LocalHost.", "localhost"),
        ("Ex-Ample.COM", "ex-ample.com"),
        ("my_service", "my_service"),
        ("faß.de", "xn--fa-hia.de"),
        ("\uff25\uff38\uff21\uff2d\uff30\uff2c\uff25.com", "example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_each_host_has_one_spelling(spelling: str, canonical: str) -> None:
    assert canonical_host(spelling) == canonical


@pytest.mark.parametrize(
    "host",
    [
        "256.1.1.1",
        "1.2.3.4.5",
        "09.1.1.1",
        "4294967296",
        "example.123",
        "1..2",
        "fe80::1%eth0",
        "::12345",
        "a b",
        "a..b",
        "-a.com",
        "127.0.0.%31",
        "",
        ".",
        "a" * 64 + ".com",
        "é" * 64 + ".com",
        "\u0301a.com",
        "\u2488\ufe52",
    ],
)
def test_a_host_that_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(Refused):
        canonical_host(host)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "javascript:alert(1)",
        "//example.com/",
        "example.com",
        "http:/example.com",
        "http://",
        "http:///path",
        "http://user@example.com/",
        "http://user:pass@example.com/",
        "http://example.com@127.0.0.1/",
        "http://example.com\\@127.0.0.1/",
        "http://exa\tmple.com/",
        "http://example.com/\r\nHost: x",
        "http://example.com:99999/",
        "http://example.com:-1/",
        "http://example.com:80:80/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://exam\u2100ple.com/",
    ],
)
def test_only_plain_http_addresses_are_taken(url: str) -> None:
    with pytest.raises(Refused):
        parse_target(url)


def test_a_target_keeps_path_and_query_and_drops_the_fragment() -> None:
    target = parse_target(" HTTP://EXAMPLE.com.:8080/a%20b?c=d#e ")
    assert target.url == "http://example.com:8080/a%20b?c=d"
    assert target.endpoint == Endpoint("example.com", 8080)


def test_the_usual_port_is_left_out_of_the_url() -> None:
    assert parse_target("https://[2606:4700::1]:443").url == "https://[2606:4700::1]/"


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("93.184.216.34", True),
        ("8.8.8.8", True),
        ("100.63.255.255", True),
        ("100.64.0.1", False),
        ("100.127.255.255", False),
        ("10.0.0.1", False),
        ("172.15.255.255", True),
        ("172.16.0.1", False),
        ("172.31.255.255", False),
        ("192.168.1.1", False),
        ("127.255.255.254", False),
        ("169.254.169.254", False),
        ("168.63.129.16", False),
        ("100.100.100.200", False),
        ("192.0.0.192", False),
        ("0.0.0.0", False),
        ("0.1.2.3", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("198.18.0.1", False),
        ("203.0.113.7", False),
        ("2606:4700:4700::1111", True),
        ("::", False),
        ("::1", False),
        ("::127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("::ffff:10.0.0.1", False),
        ("::ffff:0:127.0.0.1", False),
        ("64:ff9b::8.8.8.8", True),
        ("64:ff9b::127.0.0.1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("64:ff9b:1::8.8.8.8", False),
        ("2002:7f00:1::", False),
        ("2002:808:808::", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
        ("2001:db8::1", False),
        ("3fff::1", False),
        ("fc00::1", False),
        ("fd00:ec2::254", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
    ],
)
def test_public_means_reachable_by_anybody(address: str, *, is_public: bool) -> None:
    assert (why_not_public(ip_address(address)) is None) is is_public


@pytest.mark.parametrize(
    ("entry", "host", "port", "expected"),
    [
        ("127.0.0.1:11434", "127.0.0.1", 11434, True),
        ("127.0.0.1:11434", "localhost", 11434, True),
        ("localhost:11434", "::1", 11434, True),
        ("[::1]:11434", "127.0.0.1", 11434, True),
        ("127.1:11434", "127.0.0.1", 11434, True),
        ("127.0.0.1:11434", "127.0.0.1", 11435, False),
        ("127.0.0.1:11434", "127.0.0.2", 11434, False),
        ("10.0.0.5:80", "models.lan", 80, False),
        ("models.lan:80", "models.lan", 80, True),
        ("models.lan:80", "other.models.lan", 80, False),
    ],
)
def test_the_operator_names_endpoints_one_by_one(
    entry: str, host: str, port: int, *, expected: bool
) -> None:
    assert is_allowed(Endpoint(host, port), frozenset({parse_endpoint(entry)})) is expected


@pytest.mark.parametrize(
    "entry", ["127.0.0.1", "::1:80", "[::1]", "host:", "host:http", "host:70000", ":80", "*:80"]
)
def test_an_entry_of_the_allow_list_is_host_and_port(entry: str) -> None:
    with pytest.raises(Refused):
        parse_endpoint(entry)


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    with pytest.raises(Refused, match="public addresses only"):
        admit(Endpoint("both.test", 80), ["8.8.8.8", "10.0.0.1"], NOBODY)


def test_a_refusal_does_not_tell_which_inner_address_a_name_has() -> None:
    with pytest.raises(Refused) as refused:
        admit(Endpoint("inner.test", 80), ["10.20.30.40"], NOBODY)
    assert "10.20" not in str(refused.value)


def test_a_permitted_name_may_lead_anywhere() -> None:
    allowed = frozenset({Endpoint("inner.test", 8000)})
    assert admit(Endpoint("inner.test", 8000), ["10.0.0.1"], allowed) == [ip_address("10.0.0.1")]


def test_an_interface_in_an_answer_is_refused() -> None:
    with pytest.raises(Refused):
        admit(Endpoint("link.test", 80), ["fe80::1%2"], NOBODY)


@pytest.mark.parametrize("port", [-1, 0, 22, 25, 6667, 65536])
def test_ports_of_other_protocols_are_refused(port: int) -> None:
    with pytest.raises(Refused, match="not for HTTP"):
        refuse_early(Endpoint("example.com", port), NOBODY)


def test_a_name_is_no_literal() -> None:
    assert literal("example.com") is None
    assert literal("127.0.0.1") == ip_address("127.0.0.1")
