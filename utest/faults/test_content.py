"""Rows 14 to 18: a success arrives, with content that is not what it should be."""

# ruff: noqa: PLR0917  (pytest passes fixtures by name)

from __future__ import annotations

import gzip
import json
import logging
import os
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import errors
from RPA.Planhat.operations import reading
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.types import Company
from utest.faults.world import RECORD, act
from utest.memory import traced
from utest.stub import an_id
from utest.transport.fault_server import head, raw, reply

if TYPE_CHECKING:
    import socket

    from utest.faults.world import Connect, World
    from utest.transport.fault_server import FaultServer, Seen

kinds = pytest.mark.parametrize("kind", ["R", "U", "C"])
LOGIN = b"<html><title>Please sign in</title></html>"
MANY = int((os.environ.get("PLANHAT_LONG_TESTS") and 1_000_000) or 40_000)
MEGABYTE = 1 << 20


@pytest.mark.matrix(14, "R")
@pytest.mark.parametrize("listing", [False, True])
def test_login_page_is_no_record(server: FaultServer, connect: Connect, listing: bool) -> None:
    server.script(reply(200, LOGIN, Content_Type="text/html"))
    planhat = connect(server.url)
    with pytest.raises(errors.PlanhatUnexpectedContentError, match="Please sign in"):
        planhat.get_objects(Company) if listing else act(planhat, "R")


@pytest.mark.matrix(14, "U")
def test_login_page_for_a_keyed_write_says_that_it_may_be_stored(server: FaultServer, connect: Connect) -> None:
    server.script(reply(200, LOGIN, Content_Type="text/html"))
    with pytest.raises(errors.PlanhatUnexpectedContentError, match=r"Please sign in.*\nWhat was sent may be stored"):
        act(connect(server.url), "U")
    assert len(server.seen) == 1


@pytest.mark.matrix(14, "C")
def test_login_page_leaves_a_create_unknown(server: FaultServer, connect: Connect) -> None:
    server.script(reply(200, LOGIN, Content_Type="text/html"))
    with pytest.raises(errors.PlanhatOutcomeUnknownError, match=r"not what Planhat sends .*Please sign in") as caught:
        act(connect(server.url), "C")
    assert "It may or may not be stored." in str(caught.value)
    assert len(server.seen) == 1


@pytest.mark.matrix(14, "C")
@pytest.mark.parametrize("fault", ["content_type", "broken_json", "truncated_json"])
def test_odd_answer_of_a_create_with_a_key_is_read_back(world: World, fault: str) -> None:
    world.fault(fault, verb="POST", times=1)
    made = world.planhat.create_object(Company(name="Fresh", external_id="F-1"))
    assert [row["_id"] for row in world.sandbox.rows("companies", name="Fresh")] == [made.id]


@pytest.mark.matrix(14, "RUC")
@kinds
@pytest.mark.parametrize("content_type", ["text/plain", "application/json; charset=latin-1", ""])
def test_json_is_taken_whatever_it_is_called(
    server: FaultServer, connect: Connect, kind: str, content_type: str
) -> None:
    server.script(reply(200, RECORD, Content_Type=content_type))
    assert act(connect(server.url), kind)["name"] == "Fresh"


CUT = [b'{"_id": "x", "name": "Fre', b'{"_id": "x"', b"", b'{"_id": "x", \x00}']


@pytest.mark.matrix(11, "RU")
@pytest.mark.matrix(15, "RU")
@pytest.mark.parametrize("kind", ["R", "U"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("body", CUT, ids=["text", "object", "all", "garbage"])
def test_whole_answer_with_a_cut_text_is_asked_for_again(
    server: FaultServer, connect: Connect, caplog: pytest.LogCaptureFixture, kind: str, packed: bool, body: bytes
) -> None:
    encoding: Any = {"Content_Encoding": "gzip"} if packed else {}
    server.script(reply(200, gzip.compress(body) if packed else body, **encoding), reply(200, RECORD))
    with caplog.at_level(logging.INFO, "RPA.Planhat"):
        assert act(connect(server.url), kind)["name"] == "Fresh"
    # An update without any answer is a success, and is read back.
    again = "GET" if kind == "U" and not body else {"R": "GET", "U": "PUT"}[kind]
    assert [seen.method for seen in server.seen][1:] == [again]
    assert len(caplog.messages) == (0 if again != server.seen[0].method else 1)
    assert not caplog.messages or "the body was lost (it is not complete JSON); attempt 2 of 4 in" in caplog.messages[0]


@pytest.mark.matrix(11, "R")
def test_cut_page_in_the_middle_of_a_list_is_asked_for_again(server: FaultServer, connect: Connect) -> None:
    rows = [json.dumps({"_id": an_id(number)}).encode() for number in range(3)]
    pages = [b"[%s, %s]" % (rows[0], rows[1]), b"[%s, %s" % (rows[1], rows[2]), b"[%s, %s]" % (rows[1], rows[2])]
    server.script(*[reply(200, page) for page in pages], reply(200, b"[%s]" % rows[2]))
    assert [each.id for each in connect(server.url).get_objects(Company)] == [an_id(number) for number in range(3)]


@pytest.mark.matrix(11, "C")
@pytest.mark.parametrize("body", [CUT[0], CUT[1], CUT[3]], ids=["text", "object", "garbage"])
def test_whole_answer_of_a_create_with_a_cut_text_is_never_asked_for_again(
    server: FaultServer, connect: Connect, body: bytes
) -> None:
    server.script(reply(200, body), reply(200, RECORD))
    with pytest.raises(
        errors.PlanhatOutcomeUnknownError, match="the success status 200 arrived, but the body was lost"
    ):
        act(connect(server.url), "C")
    assert len(server.seen) == 1


@pytest.mark.matrix(15, "RUC")
@kinds
@pytest.mark.parametrize(
    "body", [b"{'_id': 1}", b'{"value": NaN}', b"[" * 100_000, b'{"_id": "\xff"}', b"{} {}"],
    ids=["quotes", "NaN", "nested", "no-utf-8", "two"],
)  # fmt: skip
def test_what_is_not_json_is_an_error(server: FaultServer, connect: Connect, kind: str, body: bytes) -> None:
    server.script(*[reply(200, body)] * 4)
    error = errors.PlanhatUnexpectedContentError if kind == "R" else errors.PlanhatOutcomeUnknownError
    with pytest.raises(error) as caught:
        act(connect(server.url), kind)
    assert len(server.seen) == (1 if kind == "C" else 4)
    assert ("Gave up after 4 attempts" in str(caught.value)) is (kind != "C")


@pytest.mark.matrix(15, "RUC")
@kinds
def test_odd_json_is_read_exactly(server: FaultServer, connect: Connect, kind: str) -> None:
    server.script(reply(200, b'\xef\xbb\xbf{"_id": "x", "name": "\\ud800", "value": 9007199254740993, "arr": 2.50}'))
    record = act(connect(server.url), kind)
    assert (record["name"], record["value"], record["arr"]) == ("\ud800", 2**53 + 1, 2.5)


@pytest.mark.matrix(16, "RUC")
@kinds
def test_last_of_two_equal_names_wins(server: FaultServer, connect: Connect, kind: str) -> None:
    server.script(reply(200, b'{"_id": "x", "name": "a", "name": "b", "custom": {"T": 1, "T": 2}}'))
    record = act(connect(server.url), kind)
    assert (record["name"], record["custom"]["T"]) == ("b", 2)


@pytest.mark.matrix(17, "R")
@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"{}"), (200, b"null"), (200, b'"none"'), (200, b""), (200, b"[1]"), (200, b'{"data": []}'), (204, b"")],
)
def test_what_is_no_list_is_never_an_empty_list(
    server: FaultServer, connect: Connect, status: int, body: bytes
) -> None:
    server.script(reply(status, body))
    with pytest.raises(errors.PlanhatUnexpectedContentError):
        connect(server.url).get_objects(Company)


@pytest.mark.matrix(17, "U")
@pytest.mark.parametrize("status", [200, 204])
def test_update_without_a_body_is_a_success_and_is_read_back(
    server: FaultServer, connect: Connect, status: int
) -> None:
    server.script(reply(status, b""), reply(200, RECORD))
    assert act(connect(server.url), "U")["phase"] == "done"
    assert [seen.method for seen in server.seen] == ["PUT", "GET"]


@pytest.mark.matrix(17, "C")
@pytest.mark.parametrize("status", [200, 204])
def test_create_without_a_body_is_read_back_by_its_key(server: FaultServer, connect: Connect, status: int) -> None:
    server.script(reply(404, b""), reply(status, b""), reply(200, RECORD))
    made = connect(server.url).create_object(Company(name="Fresh", external_id="F-1"))
    assert made.id == an_id(1)
    assert [(seen.method, seen.target) for seen in server.seen][2] == ("GET", "/companies/extid-F-1")


@pytest.mark.matrix(17, "C")
@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}"])
def test_create_without_a_record_in_the_answer_is_not_taken_for_done(
    server: FaultServer, connect: Connect, body: bytes
) -> None:
    server.script(reply(200, body))
    with pytest.raises(errors.PlanhatUnexpectedContentError, match="with success, but not with the company"):
        act(connect(server.url), "C")
    assert len(server.seen) == 1


def pages_of(rows: int, size: int) -> object:
    """Answers list calls of a model with so many records, in pages of at most `size`."""

    def answer(_server: FaultServer, sock: socket.socket, seen: Seen) -> bool:
        query = dict(pair.split("=") for pair in seen.target.partition("?")[2].split("&"))
        start = int(query["offset"])
        end = min(start + min(int(query["limit"]), size), rows)
        body = json.dumps([{"_id": an_id(n), "name": "x" * 100} for n in range(start, end)]).encode()
        sock.sendall(head(Content_Length=str(len(body))) + body)
        return True

    return answer


@pytest.mark.matrix(18, "R")
def test_pages_are_read_with_the_memory_of_a_page(server: FaultServer, connect: Connect) -> None:
    server.script(pages_of(MANY, 2000))  # type: ignore[arg-type]
    session = connect(server.url, read_timeout=30).session
    with traced() as peak:
        count = sum(len(page) for page in reading.read_pages(session, Company, Query()))
    assert count == MANY
    assert peak.size < 24 * MEGABYTE


@pytest.mark.matrix(18, "R")
def test_huge_page_is_cut_off(server: FaultServer, connect: Connect) -> None:
    server.script(raw(head(Content_Length=str(200 * MEGABYTE)) + b"[" + b" " * (3 * MEGABYTE), "hang"))
    with pytest.raises(errors.PlanhatResponseTooLargeError):
        connect(server.url, largest_answer=2 * MEGABYTE).get_objects(Company)
