"""How an answer goes out over the socket, and how faults spoil it: real resets, real half answers."""

from __future__ import annotations

import gzip
import socket
import struct
from typing import TYPE_CHECKING

from RPA.Planhat.sandbox.answer import HTML, JSON, Answer
from RPA.Planhat.sandbox.store import encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.sandbox.faults import Fault
    from RPA.Planhat.sandbox.server import Handler

PIECES = 20
"""Into how many pieces a slow answer is cut."""

PAUSE = 0.05
"""Seconds in which the first half of an answer arrives before the connection ends."""

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


def _truncated_json(answer: Answer, _: Fault) -> Answer:
    answer.body = answer.body[: len(answer.body) // 2]
    return answer


def _broken_json(answer: Answer, _: Fault) -> Answer:
    answer.body = b"{'data': [" + answer.body[1:]
    return answer


def _truncated_gzip(answer: Answer, _: Fault) -> Answer:
    packed = gzip.compress(answer.body)
    answer.body = packed[: len(packed) // 2]
    answer.headers["Content-Encoding"] = "gzip"
    return answer


def _content_type(answer: Answer, fault: Fault) -> Answer:
    answer.content_type = fault.content_type
    return answer


def _status(_: Answer, fault: Fault) -> Answer:
    is_text = isinstance(fault.body, str)
    body = fault.body if is_text else encode(fault.body)
    return Answer(fault.status, body.encode(), HTML if is_text else JSON, fault.all_headers())


def _redirect(_: Answer, fault: Fault) -> Answer:
    status = fault.status if 300 <= fault.status < 400 else 302
    return Answer(status, b"", HTML, {"Location": fault.location, **fault.headers})


CHANGES: dict[str, Callable[[Answer, Fault], Answer]] = {
    "status": _status,
    "redirect": _redirect,
    "truncated_json": _truncated_json,
    "broken_json": _broken_json,
    "truncated_gzip": _truncated_gzip,
    "content_type": _content_type,
}
"""What kinds of fault do to an answer."""


def _send_half(handler: Handler, answer: Answer) -> None:
    handler.connection.sendall(handler.message(answer)[: -max(len(answer.body) // 2, 1)])
    handler.sandbox.stopping.wait(PAUSE)


def _reset_middle(handler: Handler, answer: Answer, _: Fault) -> None:
    _send_half(handler, answer)
    reset(handler)


def _close_middle(handler: Handler, answer: Answer, _: Fault) -> None:
    _send_half(handler, answer)
    close(handler)


def _reset(handler: Handler, _: Answer, __: Fault) -> None:
    reset(handler)


def _close(handler: Handler, _: Answer, __: Fault) -> None:
    close(handler)


def _wrong_length(handler: Handler, answer: Answer, _: Fault) -> None:
    answer.headers["Content-Length"] = str(len(answer.body) + 100)
    handler.connection.sendall(handler.message(answer))
    close(handler)


def _silence(handler: Handler, _: Answer, fault: Fault) -> None:
    handler.sandbox.stopping.wait(fault.seconds)
    close(handler)


def _slow(handler: Handler, answer: Answer, fault: Fault) -> None:
    message = handler.message(answer)
    size = max(len(message) // PIECES, 1)
    for start in range(0, len(message), size):
        handler.connection.sendall(message[start : start + size])
        handler.sandbox.stopping.wait(fault.seconds / PIECES)


DELIVERIES: dict[str, Callable[[Handler, Answer, Fault], None]] = {
    "reset_before": _reset,
    "reset_after": _reset,
    "reset_middle": _reset_middle,
    "close_before": _close,
    "close_after": _close,
    "close_middle": _close_middle,
    "wrong_length": _wrong_length,
    "silence": _silence,
    "slow": _slow,
}
"""What kinds of fault do to the connection."""

UNANSWERED = frozenset({"reset_before", "reset_after", "close_before", "close_after", "silence"})
"""Kinds after which the caller has no answer."""

INSTEAD = frozenset({"reset_before", "close_before", "redirect"})
"""Kinds that keep the request from being carried out; `status` does, too, unless told otherwise."""


def is_instead(fault: Fault) -> bool:
    """Tells whether a fault keeps the request from being carried out."""
    return fault.kind in INSTEAD or (fault.kind == "status" and not fault.process)


def spoiled(answer: Answer, faults: list[Fault]) -> Answer:
    """Returns an answer as faults leave it."""
    for fault in faults:
        if fault.kind in CHANGES:
            answer = CHANGES[fault.kind](answer, fault)
    return answer


def deliver(handler: Handler, answer: Answer, faults: list[Fault]) -> None:
    """Sends an answer, or does to the connection what the first fault about it says."""
    for fault in faults:
        if fault.kind in DELIVERIES:
            DELIVERIES[fault.kind](handler, answer, fault)
            return
    handler.connection.sendall(handler.message(answer))
