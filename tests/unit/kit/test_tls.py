"""TLS under the one way out: certificates are verified, and the deadline holds while shaking hands."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.kit.errors import Unavailable
from connectors.kit.http import Http, open_client
from tests.unit.kit.crooked import deaf, listening, says

HOST = "api.kasboek.example"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that nobody signed but itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    parts = (
        made.public_bytes(pem),
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(b"".join(parts))
    return path


@pytest.fixture
def server(certificate: Path) -> Iterator[str]:
    """The address of a server that speaks TLS with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def talk(connection: object) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:  # type: ignore[arg-type]
            says(OK)(secured)

    with listening(talk) as url:
        yield url.replace("http://127.0.0.1", "https://localhost")


def call(client: httpx.Client, url: str, deadline: float = 3.0) -> int:
    http = Http("Kasboek", [HOST], client=client, at={HOST: url}, deadline=deadline)
    return http.call("GET", f"https://{HOST}/", operation="books").status


def test_a_certificate_that_nobody_vouches_for_is_refused(
    server: str, pool: httpx.Client, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with open_client() as client, pytest.raises(Unavailable):
        call(client, server)
    with pytest.raises(Unavailable):
        call(pool, server)


def test_one_that_is_trusted_is_taken_for_its_own_name_alone(
    server: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(httpx, "create_ssl_context", lambda **_: trusting)
    with open_client() as client:
        assert call(client, server) == 200
        with pytest.raises(Unavailable):
            call(client, server.replace("localhost", "127.0.0.1"))


def test_a_server_that_never_shakes_hands_ends_at_the_deadline(pool: httpx.Client) -> None:
    with listening(deaf) as url:
        started = time.monotonic()
        with pytest.raises(Unavailable):
            call(pool, url.replace("http:", "https:"), deadline=0.3)
        assert time.monotonic() - started < 1.2
