# SPDX-License-Identifier: Apache-2.0
"""TLS to a provider: a certificate of a trusted authority for this very host, or no connection at all."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from ringside_gateway.providers.transport import Outgoing, TransportError
from ringside_gateway.providers.transport.connections import Connections
from ringside_gateway.providers.transport.network import network
from ringside_gateway.providers.transport.sockets import SocketTransport

REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for `localhost`, made for this run."""
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run(
        [*command.split(), "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True,
        capture_output=True,
    )
    return folder / "cert.pem"


@pytest.fixture
def port(certificate: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(raw, server_side=True) as secured:
                    while secured.recv(65_536):
                        secured.sendall(REPLY)
            except OSError:
                continue

    threading.Thread(target=serve, daemon=True).start()
    yield int(listener.getsockname()[1])
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def transport(kind: str, **environment: str) -> SocketTransport:
    return SocketTransport(Connections(network(kind), environment))


def test_a_trusted_certificate_is_accepted_and_its_connection_kept(kind: str, port: int, certificate: Path) -> None:
    trusting = transport(kind, SSL_CERT_FILE=str(certificate))
    for _ in range(3):
        assert trusting.send(Outgoing(f"https://localhost:{port}/v1", {}, b"{}")).read(100) == b"ok"


def test_an_unknown_authority_is_refused(kind: str, port: int) -> None:
    with pytest.raises(TransportError) as caught:
        transport(kind).send(Outgoing(f"https://localhost:{port}/v1", {}, b"{}"))
    assert (caught.value.kind, caught.value.sent) == ("connect", False)
    assert "certificate" in str(caught.value).lower()


def test_a_certificate_for_another_host_is_refused(kind: str, port: int, certificate: Path) -> None:
    with pytest.raises(TransportError) as caught:
        transport(kind, SSL_CERT_FILE=str(certificate)).send(Outgoing(f"https://127.0.0.1:{port}/v1", {}, b"{}"))
    assert (caught.value.kind, caught.value.sent) == ("connect", False)


def test_a_provider_that_speaks_no_tls_is_refused(kind: str) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def answer_in_the_clear() -> None:
        sock, _ = listener.accept()
        with sock:
            sock.recv(1000)
            sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    threading.Thread(target=answer_in_the_clear, daemon=True).start()
    with pytest.raises(TransportError) as caught:
        transport(kind).send(Outgoing(f"https://127.0.0.1:{listener.getsockname()[1]}/v1", {}, b"{}"))
    assert caught.value.kind == "connect"
    listener.close()
