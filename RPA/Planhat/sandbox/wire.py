"""How an answer goes out over the socket, and how faults spoil it: real resets, real half answers."""

from __future__ import annotations

import gzip
import socket
import struct
import time
from typing import TYPE_CHECKING

from RPA.Planhat.sandbox.answer import HTML, Answer
from RPA.Planhat.sandbox.store import encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.sandbox.faults import Fault
    from RPA.Planhat.sandbox.server import Handler

PIECES = 20
"""Into how many pieces a slow answer is cut."""

NO_LINGER = struct.pack("ii", 1, 0)


class Gone(Exception):  # noqa: N818 - the end of a connection, not an error
    """The connection has ended on purpose."""


def reset(handler: Handler) -> None:
    """Ends the connection with a TCP reset."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
    _end(handler)


def close(handler: Handler) -> None:
    """Ends the connection in the regular way."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    _end(handler)


def _end(handler: Handler) -> None:
    handler.close_connection = True
    handler.rfile.close()
    handler.connection.close()
    raise Gone


def _half(handler: Handler, answer: Answer) -> None:
    message = handler.message(answer)
    handler.connection.sendall(message[: -max(len(answer.body) // 2, 1)])
    time.sleep(0.05)


def _reset_middle(handler: Handler, answer: Answer, _: Fault) -> Answer:
    _half(handler, answer)
    reset(handler)
    return answer


def _close_middle(handler: Handler, answer: Answer, _: Fault) -> Answer:
    _half(handler, answer)
    close(handler)
    return answer


def _reset(handler: Handler, answer: Answer, _: Fault) -> Answer:
    reset(handler)
    return answer


def _close(handler: Handler, answer: Answer, _: Fault) -> Answer:
    close(handler)
    return answer


def _truncated_json(_: Handler, answer: Answer, __: Fault) -> Answer:
    answer.body = answer.body[: len(answer.body) // 2]
    return answer


def _broken_json(_: Handler, answer: Answer, __: Fault) -> Answer:
    answer.body = b"{'data': [" + answer.body[1:]
    return answer


def _truncated_gzip(_: Handler, answer: Answer, __: Fault) -> Answer:
    packed = gzip.compress(answer.body)
    answer.body = packed[: len(packed) // 2]
    answer.headers["Content-Encoding"] = "gzip"
    return answer


def _wrong_length(handler: Handler, answer: Answer, _: Fault) -> Answer:
    answer.headers["Content-Length"] = str(len(answer.body) + 100)
    handler.connection.sendall(handler.message(answer))
    close(handler)
    return answer


def _silence(handler: Handler, answer: Answer, fault: Fault) -> Answer:
    handler.sandbox.stopping.wait(fault.seconds)
    close(handler)
    return answer


def _slow(handler: Handler, answer: Answer, fault: Fault) -> Answer:
    message = handler.message(answer)
    size = max(len(message) // PIECES, 1)
    for start in range(0, len(message), size):
        handler.connection.sendall(message[start : start + size])
        handler.sandbox.stopping.wait(fault.seconds / PIECES)
    handler.close_connection = True
    raise Gone


def _content_type(_: Handler, answer: Answer, fault: Fault) -> Answer:
    answer.content_type = fault.content_type
    return answer


def _status(_: Handler, __: Answer, fault: Fault) -> Answer:
    is_text = isinstance(fault.body, str)
    body = fault.body if is_text else encode(fault.body)
    content_type = HTML if is_text else "application/json; charset=utf-8"
    return Answer(fault.status, body.encode(), content_type, fault.all_headers())


def _redirect(_: Handler, __: Answer, fault: Fault) -> Answer:
    status = fault.status if 300 <= fault.status < 400 else 302
    return Answer(status, b"", HTML, {"Location": fault.location, **fault.headers})


SPOIL: dict[str, Callable[[Handler, Answer, Fault], Answer]] = {
    "status": _status,
    "redirect": _redirect,
    "reset_before": _reset,
    "reset_after": _reset,
    "reset_middle": _reset_middle,
    "close_before": _close,
    "close_after": _close,
    "close_middle": _close_middle,
    "truncated_json": _truncated_json,
    "broken_json": _broken_json,
    "truncated_gzip": _truncated_gzip,
    "wrong_length": _wrong_length,
    "silence": _silence,
    "slow": _slow,
    "content_type": _content_type,
}
"""What each kind of fault does to an answer, or to the connection."""

INSTEAD = frozenset({"reset_before", "close_before", "redirect"})
"""Kinds that keep the request from being carried out; `status` does, too, unless told otherwise."""


def is_instead(fault: Fault) -> bool:
    """Tells whether a fault keeps the request from being carried out."""
    return fault.kind in INSTEAD or (fault.kind == "status" and not fault.process)
