"""Fixtures: the fault server, transports with short times, and the three kinds of request."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import requests

from RPA.Planhat.transport import Settings
from RPA.Planhat.transport.calls import Transport
from utest.transport.fault_server import BODY, TOKEN, FaultServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from utest.transport.fault_server import NewContext, NewServer, NewTransport, Send


class Bearer(requests.auth.AuthBase):
    """The same kind of auth as the session uses."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {TOKEN}"
        return request


BEARER = Bearer()


@pytest.fixture
def new_server() -> Iterator[NewServer]:
    """A factory of servers that are stopped at the end."""
    servers: list[FaultServer] = []

    def new(**options: Any) -> FaultServer:
        servers.append(FaultServer(**options))
        return servers[-1]

    yield new
    for server in servers:
        server.stop()


@pytest.fixture
def server(new_server: NewServer) -> FaultServer:
    return new_server()


@pytest.fixture
def new_transport() -> Iterator[NewTransport]:
    """A factory of transports with short times, which are closed at the end."""
    transports: list[Transport] = []

    def new(*, proxies: Any = None, verify: Any = True, auth: Any = BEARER, **settings: Any) -> Transport:
        short: dict[str, Any] = {"timeout": 5.0, "connect_timeout": 1.0, "read_timeout": 0.3, "backoff": 0.02}
        short |= {"throttle_backoff": 0.02, "longest_wait": 0.1}
        options = Settings(**{**short, **settings})
        transports.append(
            Transport(options, auth=auth, proxies=proxies, verify=verify, mask=lambda text: text.replace(TOKEN, "***"))
        )
        return transports[-1]

    yield new
    for transport in transports:
        transport.close()


@pytest.fixture
def send() -> Send:
    """Sends one of the kinds of request: R a read, U a keyed write, C a create."""

    def _send(transport: Transport, kind: str, url: str, **options: Any) -> requests.Response:
        method = {"R": "GET", "U": "PUT", "C": "POST"}[kind]
        body = options.pop("body", None if kind == "R" else BODY)
        return transport.send(method, f"{url}/companies", data=body, repeatable=kind != "C", **options)

    return _send


@pytest.fixture
def longest_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the chance out of the jitter."""
    monkeypatch.setattr("random.uniform", lambda _low, high: high)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with `ca.pem` and the pairs `good`, `other_host` and `expired` that it signed."""
    folder = tmp_path_factory.mktemp("certificates")
    openssl = shutil.which("openssl")
    assert openssl, "these tests need the openssl program"

    def run(*words: str) -> None:
        subprocess.run([openssl, *words], cwd=folder, check=True, capture_output=True)

    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    run("req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test CA")
    (folder / "index.txt").touch()
    (folder / "ca.cnf").write_text(CA_CONFIGURATION)
    for name, host, end in (
        ("good", "IP:127.0.0.1,DNS:planhat.test", "20991231235959Z"),
        ("other_host", "DNS:elsewhere.test", "20991231235959Z"),
        ("expired", "IP:127.0.0.1", "20010102000000Z"),
    ):
        (folder / "leaf.ext").write_text(f"subjectAltName={host}\n")
        run("req", "-new", *new_key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        dates = ("-startdate", "20010101000000Z", "-enddate", end)
        signing = ("ca", "-batch", "-notext", "-config", "ca.cnf", "-extfile", "leaf.ext", *dates)
        run(*signing, "-in", f"{name}.csr", "-out", f"{name}.pem")
    return folder


CA_CONFIGURATION = """
[ca]
default_ca = main
[main]
database = index.txt
certificate = ca.pem
private_key = ca.key
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
"""


@pytest.fixture
def server_context(certificates: Path) -> NewContext:
    """A factory of server-side TLS contexts for one of the certificates."""

    def new(name: str = "good") -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / f"{name}.pem", certificates / f"{name}.key")
        return context

    return new
