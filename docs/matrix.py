"""Makes the table of the fault matrix: what happens to each kind of call, and which tests prove it.

`docs/sections.py` puts it into the guide on reliability. A test belongs to a row by its mark, as in
`@pytest.mark.matrix(10, "RC")`: R is a read, U a write with a key, which may be repeated, C a create without one.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from docs.texts import table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KINDS: Final = "RUC"
SAME: Final = "as a read"
SAME_WRITE: Final = "the same"


class Row(NamedTuple):
    """A fault, and what happens to a read, a keyed write and a create; nothing where it cannot happen."""

    number: int
    fault: str
    read: str = ""
    keyed: str = ""
    create: str = ""

    @property
    def kinds(self) -> str:
        """The kinds of call that the fault can befall."""
        return "".join(kind for kind, text in zip(KINDS, (self.read, self.keyed, self.create), strict=True) if text)


def _all(number: int, fault: str, happens: str) -> Row:
    return Row(number, fault, happens, SAME, SAME)


UNKNOWN = "never sent twice: unknown; with a unique key it is read back"
ROWS: Final = (
    _all(1, "429 with `Retry-After`", "waits that long, at most 5 % more, and tries again"),
    _all(2, "429 with an odd `Retry-After`", "dates count, other values are ignored, too long is an error at once"),
    _all(3, "429 with other headers, or none", "all spellings count; all threads slow down"),
    _all(4, "429 every time", "`PlanhatRateLimitError` after all attempts"),
    Row(
        5, "500, 502, 503, 504 once", "tried again", "tried again",
        f"{UNKNOWN}; a 503 with `Retry-After` is tried again",
    ),
    Row(
        6,
        "5xx every time",
        "`PlanhatServerError`; the retry budget ends it early",
        "the same; it may be stored",
        UNKNOWN,
    ),
    _all(7, "refused, unknown host, no connection", "tried again: nothing was processed"),
    Row(8, "reset or closed without an answer", "tried again", "tried again", UNKNOWN),
    Row(9, "idle connection that was closed", "tried again at once", "tried again at once", UNKNOWN),
    Row(10, "half an answer", "tried again", "tried again; stored once", f"{UNKNOWN}; the success is reported"),
    Row(
        11, "damaged, cut or swelling answer", "tried again; over `largest_answer` an error", SAME, UNKNOWN
    ),
    Row(12, "slow drip, silence", "ends with the time of the call", "the same; unknown", "the same; unknown"),
    _all(13, "TLS that cannot be trusted", "`PlanhatTLSError` at once; the token is not sent"),
    Row(14, "200 with HTML or another type", "an error with its first words", "the same; it may be stored", UNKNOWN),
    Row(15, "odd JSON", "read, or tried again; never a crash", "the same; it may be stored", UNKNOWN),
    _all(16, "equal names in an object", "the last counts"),
    Row(
        17, "no list, no record, no body", "an error, never an empty list", "success; read back",
        "read back by its key, else an error",
    ),
    Row(18, "huge pages, a million rows", "the memory of a page; over the limit an error"),
    Row(19, "401", "an error at once", "the same; an upload stops", "the same; an upload stops"),
    Row(20, "403", "an error that names the model", "the same; rows of a call fail", "the same; rows of a call fail"),
    Row(21, "404", "`PlanhatNotFoundError`", "the same; a deletion may ignore it"),
    Row(22, "400", "an error with Planhat's words", SAME, "the same, unless it is an own earlier success"),
    _all(23, "409, 422", "an error at once"),
    Row(24, "413, or too large to send", "", "sent in halves; a row that is too large fails", "the same"),
    _all(25, "redirect", "never followed; the error names where it points"),
    _all(26, "wrong clock, clock set back", "waits do not change"),
    Row(27, "rows that Planhat refuses, in any form", "", "each row in one bucket; an error by default", "the same"),
    Row(28, "counts that do not add up", "", "narrowed down and read back", "unknown"),
    Row(29, "one key twice in the input", "", "refused before sending, or the last wins"),
    Row(30, "killed at any moment", "read again from the start", "continues; what was under way is sent again",
        "continues; what was under way is unknown"),
    Row(31, "journal that cannot be written, or is another's", "", "nothing is sent", "nothing is sent"),
    Row(32, "rows come and go while paging", "no row is missed or doubled"),
    Row(33, "pages shorter than asked for", "read to the end"),
    Row(34, "50 threads; Ctrl-C and Robot's timeouts", "no thread left over; interrupts get through",
        "the same; no lost update", "the same; what was under way is unknown"),
    _all(35, "odd ids", "reach their own record only, or are refused before sending"),
    _all(36, "secrets in anything that is emitted", "none"),
    _all(37, "`.netrc`, proxies, CA bundles of the environment", "the token wins; proxy passwords are hidden"),
    _all(38, "other hosts, `http://`", "refused before sending"),
    Row(39, "formulas in saved reports", "", "written as strings"),
    _all(40, "1xx answers first, or an answer that comes late", "each answer belongs to its own call"),
    Row(
        41, "equal values that change their order, rows that move, an order that is turned round",
        "complete, or an error: 1,000 random schedules",
    ),
    Row(42, "`offset` or the whole query ignored, pages of one row or the same page again", "complete, or an error"),
    _all(43, "a fork after the first call", "the child opens connections of its own"),
    Row(
        44, "a kept file of another tenant, host or model, in use, without its lock, or damaged",
        "refused in words", "refused in words; nothing is sent", SAME_WRITE,
    ),
    Row(
        45, "a workbook with a stray cell, a string of 1 GB, references in YAML, deep JSON",
        "", "refused in seconds, before anything is sent", SAME_WRITE,
    ),
)  # fmt: skip


def proofs(folder: Path) -> dict[tuple[int, str], list[str]]:
    """Returns the names of the tests for each row and kind.

    Args:
        folder: Where the tests are.
    """
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        for test, number, kinds in _marks(path):
            for kind in kinds:
                found[number, kind].append(test)
    return found


def _marks(path: Path) -> Iterator[tuple[str, int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        for mark in getattr(node, "decorator_list", []):
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.matrix":
                number, kinds = (ast.literal_eval(each) for each in mark.args)
                yield str(getattr(node, "name", "")), number, kinds


def unproven(found: dict[tuple[int, str], list[str]]) -> list[str]:
    """Returns the rows and kinds that no test proves, such as `10 C`."""
    return [f"{row.number} {kind}" for row in ROWS for kind in row.kinds if not found.get((row.number, kind))]


def matrix(folder: Path) -> str:
    """Returns the table, and under it the tests of each row."""
    found = proofs(folder)
    cells = [[str(row.number), row.fault, *(text or "-" for text in row[2:])] for row in ROWS]
    shown = table(["#", "What goes wrong", "Read", "Write with a key", "Create"], cells)
    tests = [[str(row.number), "<br>".join(_named(row, found))] for row in ROWS]
    return f"{shown}\n\nThe tests that prove it, in `utest/`:\n\n{table(['#', 'Tests'], tests)}"


def _named(row: Row, found: dict[tuple[int, str], list[str]]) -> list[str]:
    kinds_of: dict[str, str] = {}
    for kind in KINDS:
        for test in dict.fromkeys(found.get((row.number, kind), [])):
            kinds_of[test] = kinds_of.get(test, "") + kind
    return [f"`{test}` ({kinds})" for test, kinds in kinds_of.items()]
