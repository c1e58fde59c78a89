"""Rows 13 and 37: certificates, proxies, .netrc and other surroundings."""

# ruff: noqa: PLR0917  (pytest passes fixtures by name)

from __future__ import annotations

import http.client
import logging
import ssl
import warnings
from typing import TYPE_CHECKING

import pytest
import requests

from RPA.Planhat import errors
from utest.transport.fault_server import TOKEN, raw, reply, tunnel

if TYPE_CHECKING:
    from pathlib import Path

    from utest.transport.fault_server import Answer, FaultServer, NewContext, NewServer, NewTransport, Send

KINDS = ["R", "U", "C"]


@pytest.mark.parametrize("name", ["good", "other_host", "expired"])
@pytest.mark.parametrize("kind", KINDS)
def test_row13_untrusted_certificate(
    new_server: NewServer,
    new_transport: NewTransport,
    send: Send,
    server_context: NewContext,
    certificates: Path,
    kind: str,
    name: str,
) -> None:
    server = new_server(tls=server_context(name))
    # The good one is signed by a CA that is unknown without the bundle.
    verify = True if name == "good" else str(certificates / "ca.pem")
    with pytest.raises(errors.PlanhatTLSError) as caught:
        send(new_transport(verify=verify), kind, server.url)
    assert server.seen == []
    assert server.connections == 1
    assert "verify=" in str(caught.value)
    assert "REQUESTS_CA_BUNDLE" in str(caught.value)


def test_row13_the_message_says_what_is_wrong(
    new_server: NewServer, new_transport: NewTransport, send: Send, server_context: NewContext, certificates: Path
) -> None:
    server = new_server(tls=server_context("expired"))
    with pytest.raises(errors.PlanhatTLSError, match="certificate has expired"):
        send(new_transport(verify=str(certificates / "ca.pem")), "R", server.url)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_row13_old_protocol(
    new_server: NewServer, new_transport: NewTransport, send: Send, server_context: NewContext, certificates: Path
) -> None:
    context = server_context()
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    server = new_server(tls=context)
    with pytest.raises(errors.PlanhatTLSError):
        send(new_transport(verify=str(certificates / "ca.pem")), "C", server.url)
    assert server.seen == []
    assert server.connections == 1


def test_row13_no_tls_at_all(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    with pytest.raises(errors.PlanhatTLSError):
        send(new_transport(), "C", server.url.replace("http:", "https:"))


def test_row13_missing_bundle(
    new_server: NewServer, new_transport: NewTransport, send: Send, server_context: NewContext
) -> None:
    server = new_server(tls=server_context())
    with pytest.raises(errors.PlanhatTLSError, match="CA bundle does not exist"):
        send(new_transport(verify="/no/such/bundle.pem"), "C", server.url)
    assert server.seen == []


def test_row13_proxy_that_inspects(
    server: FaultServer, new_transport: NewTransport, send: Send, server_context: NewContext
) -> None:
    server.script(tunnel(server_context()))
    transport = new_transport(proxies={"https": server.url})
    with pytest.raises(errors.PlanhatTLSError, match="proxy inspects the traffic"):
        send(transport, "C", "https://planhat.test")
    assert [seen.method for seen in server.seen] == ["CONNECT"]
    assert TOKEN not in str(server.seen)


@pytest.mark.parametrize("kind", KINDS)
def test_row13_bundle_by_argument(
    new_server: NewServer,
    new_transport: NewTransport,
    send: Send,
    server_context: NewContext,
    certificates: Path,
    kind: str,
) -> None:
    server = new_server(tls=server_context())
    assert send(new_transport(verify=str(certificates / "ca.pem")), kind, server.url).status_code == 200


def test_row37_bundle_by_environment(
    new_server: NewServer,
    new_transport: NewTransport,
    send: Send,
    server_context: NewContext,
    certificates: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = new_server(tls=server_context())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates / "ca.pem"))
    assert send(new_transport(), "R", server.url).status_code == 200


def test_row37_environment_does_not_weaken_an_own_bundle(
    new_server: NewServer,
    new_transport: NewTransport,
    send: Send,
    server_context: NewContext,
    certificates: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = new_server(tls=server_context())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates / "ca.pem"))
    with pytest.raises(errors.PlanhatTLSError):
        send(new_transport(verify=str(certificates / "other_host.pem")), "R", server.url)


def test_verify_false_is_the_callers_choice(
    new_server: NewServer, new_transport: NewTransport, send: Send, server_context: NewContext
) -> None:
    server = new_server(tls=server_context("expired"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert send(new_transport(verify=False), "R", server.url).status_code == 200


@pytest.fixture
def netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login thief password pw\n")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))
    return file


@pytest.mark.usefixtures("netrc")
def test_row37_netrc_does_not_win(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    assert requests.utils.get_netrc_auth(server.url) == ("thief", "pw")
    send(new_transport(), "R", server.url)
    send(new_transport(auth=None), "R", server.url)
    assert server.seen[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert "authorization" not in server.seen[1].headers


def proxied(server: FaultServer) -> str:
    return server.url.replace("//", "//robot:pr0xy-pw@")


def test_row37_proxy_of_the_environment(
    server: FaultServer, new_transport: NewTransport, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxied(server))
    monkeypatch.setenv("http_proxy", proxied(server))
    send(new_transport(), "R", "http://planhat.test")
    assert server.seen[0].target == "http://planhat.test/companies"
    assert server.seen[0].headers["proxy-authorization"].startswith("Basic ")


def test_row37_no_proxy(
    server: FaultServer, new_server: NewServer, new_transport: NewTransport, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = new_server()
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    send(new_transport(), "R", server.url)
    assert (len(proxy.seen), len(server.seen)) == (0, 1)


@pytest.mark.parametrize("given", [{}, {"http": "other"}], ids=["none", "another"])
def test_row37_given_proxies_replace_the_environment(
    server: FaultServer,
    new_server: NewServer,
    new_transport: NewTransport,
    send: Send,
    monkeypatch: pytest.MonkeyPatch,
    given: dict[str, str],
) -> None:
    environment, other = new_server(), new_server()
    monkeypatch.setenv("http_proxy", environment.url)
    proxies = dict.fromkeys(given, other.url)
    send(new_transport(proxies=proxies), "R", server.url)
    assert len(environment.seen) == 0
    assert (len(server.seen), len(other.seen)) == ((0, 1) if given else (1, 0))


@pytest.mark.parametrize("answer", [reply(407), raw(b"", "reset"), reply(502)], ids=["407", "reset", "502"])
@pytest.mark.parametrize("kind", ["R", "C"])
def test_row37_proxy_password_is_never_shown(
    server: FaultServer,
    new_transport: NewTransport,
    send: Send,
    answer: Answer,
    kind: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script(answer)
    transport = new_transport(proxies={"https": proxied(server)}, retries=1)
    with pytest.raises(errors.PlanhatConnectionError) as caught:
        send(transport, kind, "https://planhat.test")
    assert "pr0xy-pw" not in str(caught.value) + caplog.text
    assert caught.value.__context__ is None
    # Opening the tunnel failed, so nothing was sent and even a create is tried again.
    assert [seen.method for seen in server.seen] == ["CONNECT", "CONNECT"]
    assert TOKEN not in str(server.seen)


def test_row37_unusable_proxy(new_transport: NewTransport, send: Send) -> None:
    with pytest.raises(errors.PlanhatConnectionError) as caught:
        send(new_transport(proxies={"http": "http://robot:pr0xy-pw@:1"}), "C", "http://planhat.test")
    assert "pr0xy-pw" not in str(caught.value)


def test_debug_switch_of_http_client_prints_nothing(
    server: FaultServer,
    new_transport: NewTransport,
    send: Send,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    send(new_transport(), "R", server.url)
    assert capsys.readouterr().out == ""
