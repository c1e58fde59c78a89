"""Reading a response to its end, within a limit of size, and proving that the end is there."""

from __future__ import annotations

import http.client
import io
import zlib
from typing import TYPE_CHECKING

from urllib3.response import HTTPResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

    from RPA.Planhat.transport.pacing import Deadline

_PIECE = 1 << 18
_LONGEST_ERROR = 1 << 20
_GZIP = 16 + zlib.MAX_WBITS


class BrokenBodyError(Exception):
    """The body ended early or cannot be decoded."""


class BodyTooLargeError(Exception):
    """The body is larger than the limit."""


def load(response: requests.Response, limit: int, deadline: Deadline) -> None:
    """Reads the body into `response.content` and gives the connection back.

    Args:
        response: A response whose body is unread, or came with it.
        limit: The most decoded bytes of a successful response; of another, at most 1 MiB is read.
        deadline: When to stop.

    Raises:
        BrokenBodyError: The body is not complete. The connection can fail with errors of `urllib3`, too.
        BodyTooLargeError: The body is larger than the limit. A response that is no success keeps what had arrived.
        TimeoutError: The deadline came while decoding.
    """
    succeeded = is_success(response)
    body = io.BytesIO()
    raw, complete = response.raw, False
    try:
        for piece in _decoded(response):
            if body.tell() + len(piece) > (limit if succeeded else min(limit, _LONGEST_ERROR)):
                raise BodyTooLargeError
            if deadline.over:
                raise TimeoutError
            body.write(piece)
        complete = True
    except ValueError as error:
        raise BrokenBodyError("framed in a way that is not HTTP") from error
    finally:
        # requests has no public way to hand it a body that was read by others.
        content = body.getvalue() if complete or not succeeded else b""
        vars(response).update(_content=content, _content_consumed=True)
        # What stays on it knows the address of the analytics host, which holds the tenant.
        response.raw = None
        if raw is not None and not complete:
            raw.close()
        if hasattr(raw, "release_conn"):
            raw.release_conn()


def is_success(response: requests.Response) -> bool:
    """Returns whether the status says that the request was done."""
    return 200 <= response.status_code < 300


def _decoded(response: requests.Response) -> Iterator[bytes]:
    if vars(response).get("_content", False) is not False or response.raw is None:
        return iter([response.content or b""])
    if not isinstance(response.raw, HTTPResponse):
        # Whatever an adapter of others has made.
        return iter(response.iter_content(_PIECE))
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding in ("", "identity"):
        return _raw(response.raw)
    if coding in ("gzip", "x-gzip"):
        return _gunzipped(_raw(response.raw))
    raise BrokenBodyError("encoded in a way that was not asked for")


def _raw(raw: HTTPResponse) -> Iterator[bytes]:
    while data := raw.read(_PIECE, decode_content=False):
        yield data
    # urllib3 before 2.0 does not complain by itself.
    if raw.length_remaining:
        raise http.client.IncompleteRead(b"", raw.length_remaining)


def _gunzipped(raw: Iterator[bytes]) -> Iterator[bytes]:
    member = _Member()
    try:
        for data in raw:
            yield from member.feed(data)
    except zlib.error:
        raise BrokenBodyError("damaged gzip data") from None
    if not member.complete:
        raise BrokenBodyError("gzip data without its end")


class _Member:
    """The decoder of gzip data, which may consist of several members one after the other."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(_GZIP)
        self._touched = False

    @property
    def complete(self) -> bool:
        return self._inflater.eof or not self._touched

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._touched = True
        # Output is never left behind: the trailer of the data is not taken in before it.
        while data:
            if self._inflater.eof:
                self._inflater = zlib.decompressobj(_GZIP)
            piece = self._inflater.decompress(data, _PIECE)
            yield piece
            data = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail
