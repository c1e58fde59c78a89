"""A server on loopback that misbehaves as told, on real sockets, and records what it saw."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    import requests

    from RPA.Planhat.transport.calls import Transport

TOKEN = "t0ken-of-the-tests"
BODY = b'{"name": "Acme"}'
CRLF = b"\r\n"
TLS_HANDSHAKE = 0x16


@dataclass
class Seen:
    """A request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int
    at: float = field(default_factory=time.monotonic)


class FaultServer:
    """Answers each request with the next of its script; the last answer repeats."""

    def __init__(self, tls: ssl.SSLContext | None = None, *, listening: bool = True) -> None:
        self.seen: list[Seen] = []
        self.connections = 0
        self.cut_handshake: Answer | None = None
        self.most_parallel = 0
        self.stopping = threading.Event()
        self._script: list[Answer] = [reply()]
        self._tls = tls
        self._lock = threading.Lock()
        self._parallel = 0
        self._open: list[socket.socket] = []
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        if listening:
            self.listen()

    def script(self, *answers: Answer) -> None:
        self._script = list(answers)

    def listen(self) -> None:
        self._socket.listen(128)
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self.stopping.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for sock in self._open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._socket.accept()
                self._open.append(sock)
                self.connections += 1
                threading.Thread(target=self._serve, args=(sock, self.connections), daemon=True).start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError):
            if self._tls:
                sock = self._handshake(sock)
            while seen := _read_request(sock, number, headers_only=self._next_answer_is_early()):
                self._count(1)
                with self._lock:
                    self.seen.append(seen)
                    answer = self._script.pop(0) if len(self._script) > 1 else self._script[0]
                try:
                    keep = answer(self, sock, seen)
                finally:
                    self._count(-1)
                if not keep:
                    break
            sock.close()

    def _next_answer_is_early(self) -> bool:
        return getattr(self._script[0], "early", False)

    def _handshake(self, sock: socket.socket) -> socket.socket:
        assert self._tls
        if self.cut_handshake:
            cut, self.cut_handshake = self.cut_handshake, None
            sock.recv(65536)
            cut(self, sock, Seen("", "", {}, b"", 0))
            sock.close()
            raise ConnectionAbortedError
        secure = self._tls.wrap_socket(sock, server_side=True)
        self._open.append(secure)
        return secure

    def _count(self, step: int) -> None:
        with self._lock:
            self._parallel += step
            self.most_parallel = max(self.most_parallel, self._parallel)


if TYPE_CHECKING:
    Answer = Callable[[FaultServer, socket.socket, Seen], bool]
    NewServer = Callable[..., FaultServer]
    NewTransport = Callable[..., Transport]
    NewContext = Callable[..., ssl.SSLContext]
    Send = Callable[..., requests.Response]


def reply(status: int = 200, body: bytes = b'{"ok": true}', *, after: float = 0, **headers: str) -> Answer:
    """A complete answer; underscores in names of headers stand for dashes."""

    def answer(server: FaultServer, sock: socket.socket, _seen: Seen) -> bool:
        server.stopping.wait(after)
        sock.sendall(head(status, Content_Length=str(len(body)), **headers) + body)
        return True

    return answer


def raw(data: bytes, then: str = "close") -> Answer:
    """Exactly these bytes, and then `close`, `reset` or `hang`."""

    def answer(server: FaultServer, sock: socket.socket, _seen: Seen) -> bool:
        if data:
            sock.sendall(data)
        if then == "reset":
            time.sleep(0.02 if data else 0)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif then == "hang":
            server.stopping.wait(20)
        return False

    return answer


def drip(start: bytes, drops: bytes, pause: float = 0.1) -> Answer:
    """Some bytes, and then one byte after each pause, for ever."""

    def answer(server: FaultServer, sock: socket.socket, _seen: Seen) -> bool:
        sock.sendall(start)
        while not server.stopping.wait(pause):
            sock.sendall(drops)
        return False

    return answer


def early(status: int) -> Answer:
    """An answer that is given before the body of the request is read."""

    def answer(_server: FaultServer, sock: socket.socket, _seen: Seen) -> bool:
        sock.sendall(head(status, Content_Length="0", Connection="close"))
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(1 << 20):
            pass
        return False

    answer.early = True  # type: ignore[attr-defined]
    return answer


def slow_reader(pause: float) -> Answer:
    """Success, but the body of the request is read only after a pause."""

    def answer(server: FaultServer, sock: socket.socket, seen: Seen) -> bool:
        server.stopping.wait(pause)
        missing = int(seen.headers["content-length"]) - len(seen.body)
        while missing > 0 and (more := sock.recv(1 << 20)):
            missing -= len(more)
        sock.sendall(head(Content_Length="2") + b"{}")
        return False

    answer.early = True  # type: ignore[attr-defined]
    return answer


def never_reading() -> Answer:
    """No answer, and the body of the request is not read."""

    def answer(server: FaultServer, _sock: socket.socket, _seen: Seen) -> bool:
        server.stopping.wait(10)
        return False

    answer.early = True  # type: ignore[attr-defined]
    return answer


def tunnel(tls: ssl.SSLContext) -> Answer:
    """What a proxy that inspects traffic does: it accepts the tunnel and answers in place of the host."""

    def answer(server: FaultServer, sock: socket.socket, _seen: Seen) -> bool:
        sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with tls.wrap_socket(sock, server_side=True) as secure:
            seen = _read_request(secure, 0, headers_only=False)
            if seen:
                server.seen.append(seen)
                secure.sendall(head(200, Content_Length="2") + b"{}")
        return False

    return answer


def head(status: int = 200, **headers: str) -> bytes:
    """A status line and headers."""
    lines = [f"HTTP/1.1 {status} Word", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def _read_request(sock: socket.socket, number: int, *, headers_only: bool) -> Seen | None:
    data = b""
    while CRLF * 2 not in data:
        more = sock.recv(65536)
        if not more:
            return None
        data += more
        if data[0] == TLS_HANDSHAKE:
            sock.sendall(head(400))
            return None
    top, _, body = data.partition(CRLF * 2)
    first, *lines = top.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    missing = 0 if headers_only else int(headers.get("content-length", "0")) - len(body)
    pieces = [body]
    while missing > 0 and (more := sock.recv(min(missing, 1 << 20))):
        pieces.append(more)
        missing -= len(more)
    method, target, _ = first.split(" ", 2)
    return Seen(method, target, headers, b"".join(pieces), number)
