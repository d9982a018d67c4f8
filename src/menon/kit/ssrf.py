"""Which addresses a server may call for somebody else: public ones, and those its operator names.

url ── parse_target ──> Target ── resolver ──> addresses ── admit ──> the same addresses, or Refused

Every spelling is reduced to one (`127.1`, `0x7f000001`, `①②⑦.0.0.1`, `[::ffff:127.0.0.1]` are all
`127.0.0.1`), so that what is checked is what gets connected.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_network
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import idna

Address = IPv4Address | IPv6Address

PORTS: Final = {"http": 80, "https": 443}


class Refused(ValueError):
    """The address may not be called; the message says why."""


class Endpoint(NamedTuple):
    """One `host:port`, the host in its canonical spelling."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class Target:
    """An http(s) URL taken apart and spelt canonically."""

    scheme: str
    host: str
    port: int
    path: str
    """Path and query as given, without the fragment."""

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(self.host, self.port)

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self._is_usual else f":{self.port}")

    @property
    def url(self) -> str:
        return self.origin + self.path

    @property
    def _is_usual(self) -> bool:
        return self.port == PORTS[self.scheme]


# IANA special-purpose registries (October 2025), without the entries that are globally reachable.
# The standard library's `is_global` differs between Python releases, so the table is our own.
_SPECIAL_V4: Final = [
    (ip_network(block), name)
    for block, name in {
        "0.0.0.0/8": "this host",
        "10.0.0.0/8": "private",
        "100.64.0.0/10": "carrier-grade NAT",
        "127.0.0.0/8": "loopback",
        "168.63.129.16/32": "cloud platform service",
        "169.254.0.0/16": "link-local, cloud metadata",
        "172.16.0.0/12": "private",
        "192.0.0.0/24": "protocol assignments",
        "192.0.2.0/24": "documentation",
        "192.88.99.0/24": "6to4 relay",
        "192.168.0.0/16": "private",
        "198.18.0.0/15": "benchmarking",
        "198.51.100.0/24": "documentation",
        "203.0.113.0/24": "documentation",
        "224.0.0.0/4": "multicast",
        "240.0.0.0/4": "reserved, broadcast",
    }.items()
]
_SPECIAL_V6: Final = [
    (ip_network(block), name)
    for block, name in {
        "2001::/23": "Teredo, benchmarking and other protocol assignments",
        "2001:db8::/32": "documentation",
        "2002::/16": "6to4",
        "3fff::/20": "documentation",
    }.items()
]
_GLOBAL_V6: Final = ip_network("2000::/3")
_NAT64: Final = ip_network("64:ff9b::/96")

# The ports that browsers refuse (WHATWG Fetch, "bad port"): no HTTP server lives there, and a
# request sent there can be read as another protocol's command.
# fmt: off
_BAD_PORTS: Final = frozenset({
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95,
    101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179,
    389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601,
    636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566,
    6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
})
# fmt: on

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_NUMERIC: Final = re.compile(r"0x[0-9a-f]*|[0-9]+")
_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f\\]")


def parse_target(url: str) -> Target:
    """The URL in its canonical spelling; Refused when it is not plain http(s) to a host."""
    text = url.strip(" ")
    if _UNSAFE.search(text):
        raise Refused(f"the address {url!r} contains control characters or backslashes")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise Refused(f"the address {url!r} is malformed: {error}") from error
    if parts.scheme not in PORTS:
        raise Refused(f"the address {url!r} must begin with http:// or https://")
    if "@" in parts.netloc:
        raise Refused("the address carries a user name or password; send credentials in a header")
    if not parts.hostname:
        raise Refused(f"the address {url!r} names no host")
    return Target(
        scheme=parts.scheme,
        host=canonical_host(parts.hostname),
        port=PORTS[parts.scheme] if port is None else port,
        path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    )


def parse_endpoint(text: str) -> Endpoint:
    """One entry of an allow-list: `host:port`, IPv6 hosts in brackets."""
    host, colon, port = text.strip().rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    if not colon or not port.isdecimal() or int(port) > 65535 or (":" in host) != bracketed:
        raise Refused(f"{text!r} is not host:port, such as '127.0.0.1:11434' or '[::1]:8080'")
    return Endpoint(canonical_host(host.strip("[]")), int(port))


def canonical_host(host: str) -> str:
    """A host in its one spelling: dotted IPv4, compressed IPv6, or a lower-case ASCII name."""
    if ":" in host:
        return str(_ipv6(host))
    name = unicodedata.normalize("NFKC", host).lower().replace("\u3002", ".").removesuffix(".")
    last = name.rpartition(".")[2]
    if _NUMERIC.fullmatch(last):
        return str(_ipv4(name))
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii").removesuffix(".")
        except idna.IDNAError as error:
            raise Refused(f"the host {host!r} is not a valid name: {error}") from error
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise Refused(f"the host {host!r} is not a valid name")
    return name


def literal(host: str) -> Address | None:
    """The address that a canonical host spells out, or None for a name."""
    try:
        return IPv6Address(host) if ":" in host else IPv4Address(host)
    except AddressValueError:
        return None


def why_not_public(address: Address) -> str | None:
    """What kind of non-public address this is, or None when anybody on the internet may reach it.

    An IPv4 address inside IPv6 (mapped, NAT64) is judged as the IPv4 address that it leads to.
    """
    if isinstance(address, IPv6Address):
        inner = _embedded(address)
        if inner is None:
            if address not in _GLOBAL_V6:
                return "not a global IPv6 address"
            return next((name for block, name in _SPECIAL_V6 if address in block), None)
        address = inner
    return next((name for block, name in _SPECIAL_V4 if address in block), None)


def is_allowed(endpoint: Endpoint, allow: frozenset[Endpoint]) -> bool:
    """Whether the operator named this endpoint; `localhost`, 127.0.0.1 and ::1 are one host.

    An entry covers the host as it is written, never other names that resolve to the same address:
    else any name could be pointed at a permitted private address.
    """
    if endpoint in allow:
        return True
    return endpoint.host in _LOOPBACK and any(
        (Endpoint(h, endpoint.port) in allow) for h in _LOOPBACK
    )


def refuse_early(endpoint: Endpoint, allow: frozenset[Endpoint]) -> None:
    """Refused when the endpoint is hopeless without asking a resolver."""
    if is_allowed(endpoint, allow):
        return
    if endpoint.port in _BAD_PORTS or not 0 < endpoint.port < 65536:
        raise Refused(f"port {endpoint.port} is not for HTTP")
    address = literal(endpoint.host)
    kind = why_not_public(address) if address else None
    if kind:
        raise Refused(f"{endpoint.host} is not a public address ({kind})")


def admit(endpoint: Endpoint, resolved: Iterable[str], allow: frozenset[Endpoint]) -> list[Address]:
    """The resolved addresses when every one of them may be connected; Refused when any may not."""
    refuse_early(endpoint, allow)
    addresses = [_ipv6(text) if ":" in text else IPv4Address(text) for text in resolved]
    if not is_allowed(endpoint, allow) and any(why_not_public(found) for found in addresses):
        # Which address it was stays untold: the answer must not map somebody's inner network.
        raise Refused(f"{endpoint.host!r} does not lead to public addresses only")
    return addresses


def _embedded(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


def _ipv6(text: str) -> Address:
    if "%" in text:
        raise Refused(f"the host {text!r} names a network interface")
    try:
        address = IPv6Address(text)
    except AddressValueError as error:
        raise Refused(f"the host {text!r} is not an IPv6 address") from error
    return address.ipv4_mapped or address


def _ipv4(text: str) -> IPv4Address:
    """WHATWG URL, "IPv4 parser": one to four parts, decimal, octal (0) or hexadecimal (0x)."""
    parts = text.split(".")
    try:
        *head, tail = [_number(part) for part in parts]
        room = 256 ** (4 - len(head))
        if len(parts) > 4 or tail >= room or any(part > 255 for part in head):
            raise ValueError(text)
    except ValueError as error:
        raise Refused(f"the host {text!r} ends in a number but is not an IPv4 address") from error
    return IPv4Address(int.from_bytes(bytes(head), "big") * room + tail)


def _number(part: str) -> int:
    if not _NUMERIC.fullmatch(part):
        raise ValueError(part)
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8 if part.startswith("0") and len(part) > 1 else 10)
