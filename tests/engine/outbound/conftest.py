"""Listeners, plain and with TLS."""

import datetime as dt
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from menon.testing.loopback import LeadTo, Listener, listening


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with listening() as here:
        yield here


@pytest.fixture
def dial(listener: Listener) -> LeadTo:
    return LeadTo(listener)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Key and certificate of secure.test, its own authority, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "secure.test")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("secure.test")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "secure.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
async def secure(certificate: Path) -> AsyncIterator[tuple[Listener, list[str]]]:
    """A TLS listener and the names that its callers asked for."""
    wanted: list[str] = []
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: wanted.append(str(name))
    async with listening(context) as listener:
        yield listener, wanted
