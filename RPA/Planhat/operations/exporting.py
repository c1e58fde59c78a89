"""Records out to files: streaming, resumable, complete or not there at all."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.custom.validation import CustomFields
from RPA.Planhat.operations.flattening import columns_of, row_of
from RPA.Planhat.operations.reading import read_pages
from RPA.Planhat.operations.rows.payloads import CUSTOM
from RPA.Planhat.operations.writers import WRITERS, Writer
from RPA.Planhat.text.files import file_path, translate_os_errors
from RPA.Planhat.text.validation import require_function
from RPA.Planhat.types import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from RPA.Planhat.operations.flattening import Columns
    from RPA.Planhat.operations.reading import Query
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject

PART = ".part"
BOOKMARK = ".bookmark"
"""What stands beside a file while it is not finished: what there is of it, and how far it goes."""

STRUCTURES = (Kind.OBJECT, Kind.OBJECTS)


@dataclass(frozen=True)
class Exported:
    """A finished export.

    Attributes:
        path: The file.
        rows: How many records it has.
        resumed: How many of these were there from an earlier run.
    """

    path: Path
    rows: int
    resumed: int = 0

    def __str__(self) -> str:
        return f"{self.rows} rows in {self.path}"


def default_columns(session: PlanhatSession, model: type[PlanhatObject]) -> Columns:
    """Returns the keys, what can be written, and all custom fields of the tenant."""
    own = [key for key in model.KEYS if model.field(key)]
    written = [each.key for each in model.writable() if each.kind not in STRUCTURES and each.key != "custom"]
    names = ["companyName"] if model.field("companyName") else []
    custom = [CUSTOM + name for name in CustomFields.of(session, model).names] if model.field("custom") else []
    return {name: name for name in dict.fromkeys([*own, *names, *written, *custom])}


def export_rows(
    session: PlanhatSession, model: type[PlanhatObject], query: Query, columns: Any = None
) -> Iterator[dict[str, Any]]:
    """Yields records as flat rows, with the memory of one page.

    Args:
        session: The connection.
        model: The model.
        query: Which records.
        columns: The columns; keys, all that can be written and custom fields unless given.
    """
    chosen = columns_of(model, columns) if columns else default_columns(session, model)
    for page in read_pages(session, model, _with_columns(query, chosen)):
        yield from (row_of(record, chosen) for record in page)


def export(  # noqa: PLR0913 - what an export may be told, all named
    session: PlanhatSession,
    model: type[PlanhatObject],
    path: str | Path,
    query: Query,
    *,
    columns: Any = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Exported:
    """Writes records to a file, whose ending tells its form. It appears when it is complete.

    An export that was interrupted goes on where it stopped when the same is asked for again; Excel files begin anew.

    Args:
        session: The connection.
        model: The model.
        path: The file: `.csv`, `.tsv`, `.jsonl`, `.json` or `.xlsx`.
        query: Which records.
        columns: The columns; keys, all that can be written and custom fields unless given.
        progress: Is told how many rows are written.

    Raises:
        PlanhatValidationError: If the ending or a column is unknown, or the file can not be written.
    """
    path = file_path(path)
    if progress is not None:
        require_function("progress", progress)
    writer_class = WRITERS.get(path.suffix.lower())
    if writer_class is None:
        raise PlanhatValidationError(f"{path} has no known ending; known are {', '.join(WRITERS)}.")
    chosen = columns_of(model, columns) if columns else default_columns(session, model)
    bookmark = _Bookmark(path, _digest_of(session, model, query, chosen))
    done = bookmark.read() if writer_class.RESUMABLE and query.company_ids is None else {}
    with translate_os_errors(path):
        with writer_class(_beside(path, PART), chosen, done.get("bytes", 0)) as writer:
            rest = _rest(query, done)
            rows = _write(writer, bookmark, read_pages(session, model, _with_columns(rest, chosen)), done, progress)
        os.replace(_beside(path, PART), path)  # noqa: PTH105 - as atomic as can be
        bookmark.remove()
    if progress is not None and rows > model.PAGE.size:
        progress("exported", rows, rows)
    return Exported(path, rows, done.get("rows", 0))


def _write(
    writer: Writer,
    bookmark: _Bookmark,
    pages: Iterator[list[Any]],
    done: dict[str, Any],
    progress: Callable[[str, int, int], None] | None,
) -> int:
    rows = int(done.get("rows", 0))
    for page in pages:
        writer.write_all(page)
        rows += len(page)
        if page and writer.RESUMABLE:
            bookmark.write({"rows": rows, "last": page[-1].id, "bytes": writer.synced()})
        if progress is not None:
            progress("exported", rows, 0)
    return rows


def _rest(query: Query, done: dict[str, Any]) -> Query:
    if not done:
        return query
    limit = None if query.limit is None else max(query.limit - done["rows"], 0)
    return replace(query, limit=limit, after=done["last"])


def _with_columns(query: Query, columns: Columns) -> Query:
    return replace(query, properties=["_id", *columns.values()])


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _digest_of(session: PlanhatSession, model: type[PlanhatObject], query: Query, columns: Columns) -> str:
    asked = [session.base_url, model.API_NAME, query.sort, query.limit, dict(query.filters), columns]
    return sha256(json.dumps(asked, default=str, sort_keys=True).encode()).hexdigest()


class _Bookmark:
    """How far an unfinished file goes.

    Args:
        path: The file.
        digest: What was asked for; the bookmark of something else is not taken.
    """

    def __init__(self, path: Path, digest: str) -> None:
        self._path = _beside(path, BOOKMARK)
        self._part = _beside(path, PART)
        self._digest = digest

    def read(self) -> dict[str, Any]:
        """Returns rows, bytes and the last id of what there is; nothing when it can not be gone on with."""
        try:
            found = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(found, dict) or found.get("digest") != self._digest or not self._part.exists():
            return {}
        return found if self._part.stat().st_size >= found["bytes"] else {}

    def write(self, known: dict[str, Any]) -> None:
        """Moves on; what it says is on the disk already."""
        new = self._path.with_name(self._path.name + ".new")
        new.write_text(json.dumps({"digest": self._digest, **known}), "utf-8")
        os.replace(new, self._path)  # noqa: PTH105 - as atomic as can be

    def remove(self) -> None:
        """Forgets it."""
        with suppress(FileNotFoundError):
            self._path.unlink()
