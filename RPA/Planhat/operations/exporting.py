"""Records out to files: streaming, resumable, complete or not there at all."""

from __future__ import annotations

import json
import logging
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatError, PlanhatValidationError
from RPA.Planhat.operations.filters import custom_columns
from RPA.Planhat.operations.flattening import Columns, column_key, columns_of, kinds_of, records_and_columns, row_of
from RPA.Planhat.operations.joining import Join, Joiner, join_of
from RPA.Planhat.operations.reading import Query, custom_fields, read_pages, require_custom_fields
from RPA.Planhat.operations.rows.payloads import CUSTOM, spelled_as_known
from RPA.Planhat.operations.writers import Layout, Writer, writer_of
from RPA.Planhat.text.files import NewFile, file_path, replace_file, retry_while_held, translate_os_errors
from RPA.Planhat.text.messages import plural
from RPA.Planhat.text.parsing import require_function
from RPA.Planhat.types import Kind, PlanhatObject
from RPA.Planhat.types.tenant import CUSTOM_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from typing_extensions import Self

    from RPA.Planhat.session import PlanhatSession

LOGGER = logging.getLogger("RPA.Planhat")

BOOKMARK = ".bookmark"
"""The ending of the file that records how far an unfinished export goes."""

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
        return f"{plural(self.rows, 'row')} in {self.path}"


def default_columns(session: PlanhatSession, model: type[PlanhatObject]) -> Columns:
    """Returns the keys, what can be written, and all custom fields of the tenant."""
    own = [key for key in model.KEYS if model.field(key)]
    written = [each.key for each in model.writable() if each.kind not in STRUCTURES and each.key != "custom"]
    names = ["companyName"] if model.field("companyName") else []
    custom = [CUSTOM + name for name in custom_fields(session, model) or ()] if model.field("custom") else []
    return {name: name for name in dict.fromkeys([*own, *names, *written, *custom])}


def export_rows(
    session: PlanhatSession, model: type[PlanhatObject], query: Query, columns: Any = None
) -> Iterator[dict[str, Any]]:
    """Yields records as flat rows, with the memory of one page.

    Args:
        session: The connection.
        model: The model.
        query: Which records.
        columns: The columns. Default: keys, all that can be written and custom fields.
    """
    chosen, joins = _chosen(session, model, columns)
    for page in _pages(session, model, query, chosen, joins):
        yield from (row_of(record, chosen) for record in page)


def export_table(
    session: PlanhatSession, model: type[PlanhatObject], query: Query, columns: Any = None
) -> tuple[list[dict[str, Any]], list[str]]:
    """Returns the same rows with their headings, which there are also when there is no row."""
    chosen, joins = _chosen(session, model, columns)
    pages = _pages(session, model, query, chosen, joins)
    return [row_of(record, chosen) for page in pages for record in page], list(chosen)


def export(  # noqa: PLR0913 - what an export may be told, all named
    session: PlanhatSession,
    model: type[PlanhatObject],
    path: str | Path,
    query: Query,
    *,
    columns: Any = None,
    progress: Callable[[str, int, int], None] | None = None,
    **layout: Any,
) -> Exported:
    """Writes records to a file, whose ending tells its form. It appears when it is complete.

    An export that was interrupted continues where it stopped when it is run again; Excel files start over.

    Args:
        session: The connection.
        model: The model.
        path: The file: `.csv`, `.tsv`, `.jsonl`, `.json` or `.xlsx`. Its folder is made if need be.
        query: Which records.
        columns: The columns. Default: keys, all that can be written and custom fields.
        progress: Called with the number of rows written.
        **layout: See `LayoutOptions`.

    Raises:
        PlanhatValidationError: If the ending, a column or an option is unknown, the file cannot be written, or another
            process is writing it.
    """
    path = file_path(path)
    if progress is not None:
        require_function("progress", progress)
    writer_class, form = writer_of(path), Layout.of(layout, path.suffix.lower())
    chosen, joins = _chosen(session, model, columns)
    kinds = {**_all_kinds(session, model, chosen), **{name: join.kind for name, join in joins.items()}}
    resumable = writer_class.RESUMABLE and query.company_ids is None and not query.sort
    bookmark = _Bookmark(path, _digest_of(session, model, query, chosen, form), resumable=resumable)
    try:
        with translate_os_errors(path), NewFile(path, bookmark.holder) as new, bookmark:
            done = bookmark.read(new)
            bookmark.write(done)
            with writer_class(new.file, chosen, done.get("bytes", 0), form, kinds) as writer:
                pages = _pages(session, model, _rest(query, done), chosen, joins)
                rows = _write(writer, bookmark, pages, done, progress)
    except BaseException as problem:
        bookmark.explain(problem)
        raise
    if progress is not None and rows > model.PAGE.size:
        progress("exported", rows, rows)
    return Exported(path, rows, done.get("rows", 0))


def save_rows(rows: Any, path: str | Path, columns: Any = None, **layout: Any) -> Exported:
    """Writes records, or rows in any form, to a file as an export does.

    Args:
        rows: Records, dictionaries, a Table, a frame, a report or its rows.
        path: The file, as of `export`.
        columns: The columns. Default: all that the rows have.
        **layout: See `LayoutOptions`.

    Raises:
        PlanhatValidationError: If the ending, a column or an option is unknown, or the file cannot be written.
    """
    path = file_path(path)
    writer_class, form = writer_of(path), Layout.of(layout, path.suffix.lower())
    records, chosen, model = records_and_columns(rows, columns)
    kinds = kinds_of(model, chosen.values())
    with translate_os_errors(path), NewFile(path) as new, writer_class(new.file, chosen, 0, form, kinds) as writer:
        writer.write_all(records)
    return Exported(path, len(records))


def _all_kinds(session: PlanhatSession, model: type[PlanhatObject], columns: Columns) -> dict[str, Kind]:
    own = [key[len(CUSTOM) :] for key in columns.values() if key.startswith(CUSTOM)]
    known = (custom_fields(session, model) or {}) if own and not model.OPEN else {}
    found = {name: known.get(spelled_as_known(name, known)) for name in own}
    kinds = {CUSTOM + name: CUSTOM_KINDS.get(each.type, Kind.TEXT) for name, each in found.items() if each}
    return {**kinds, **kinds_of(model, columns.values())}


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
        last = dict.get(page[-1], "_id") if page else None
        if last and writer.RESUMABLE:  # behind a row without an id no export can go on
            bookmark.write({"rows": rows, "last": last, "bytes": writer.synced()})
        if progress is not None:
            progress("exported", rows, 0)
    return rows


def _rest(query: Query, done: dict[str, Any]) -> Query:
    if not done:
        return query
    limit = None if query.limit is None else max(query.limit - done["rows"], 0)
    return replace(query, limit=limit, after=done["last"])


def _chosen(session: PlanhatSession, model: type[PlanhatObject], columns: Any) -> tuple[Columns, dict[str, Join]]:
    """Returns the columns, and those of them that are fields of records which are referred to."""
    if columns is None:
        return default_columns(session, model), {}
    joins: dict[str, Join] = {}

    def key_of(name: str) -> str:
        join = None if model.OPEN or model.field(name) else join_of(model, name)
        if join is None:
            return column_key(model, name)
        joins[name] = join
        return name

    chosen = columns_of(model, columns, key_of)
    require_custom_fields(session, model, custom_columns(chosen.values()))
    for join in joins.values():
        require_custom_fields(session, join.steps[-1][1], custom_columns([join.key]))
    return chosen, joins


def _pages(
    session: PlanhatSession, model: type[PlanhatObject], query: Query, columns: Columns, joins: dict[str, Join]
) -> Iterator[list[Any]]:
    own = [key for key in columns.values() if key not in joins]
    query = replace(query, properties=["_id", *own, *(join.steps[0][0] for join in joins.values())])
    if not joins:
        yield from read_pages(session, model, query)
        return
    joiner = Joiner(session, joins)
    for page in read_pages(session, model, query):
        yield joiner.joined(page)


def _digest_of(
    session: PlanhatSession, model: type[PlanhatObject], query: Query, columns: Columns, layout: Layout
) -> str:
    asked = [session.tenant, model.API_NAME, query.sort, query.limit, dict(query.filters), columns, str(layout)]
    return sha256(json.dumps(asked, default=str, sort_keys=True).encode()).hexdigest()


def _sum_of(bookmark: dict[str, Any]) -> str:
    """Returns the checksum of a bookmark: going on at another place would lose rows, or write them twice."""
    return sha256(json.dumps(bookmark, sort_keys=True).encode()).hexdigest()[:8]


class _Bookmark:
    """How far an unfinished file goes, and who is writing it.

    Args:
        path: The file.
        digest: What was asked for, and of which tenant; the bookmark of something else is not taken.
        resumable: Whether an export that fails can be continued, once a page of it is written.
    """

    def __init__(self, path: Path, digest: str, *, resumable: bool) -> None:
        self._resumable = resumable
        self._path = path.with_name(path.name + BOOKMARK)
        self._following = path.with_name(f"{path.name}{BOOKMARK}.new")
        self._digest = digest
        self._new: NewFile | None = None
        self._rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._new is not None and kind is not None and issubclass(kind, PlanhatValidationError):
            self._new.keep, self._rows = False, 0  # such as a character that the encoding lacks: it would come again
        with suppress(OSError):
            self._following.unlink()
        if kind is None or not self._rows:
            with suppress(OSError):
                self._path.unlink()

    def explain(self, problem: BaseException) -> None:
        """Adds to an error, or to the log, that the export can be continued, if so."""
        if self._new is None or not self._rows or not self._new.part.exists():
            return  # the file that is complete may have got a free name
        kept = f"{self._new.part} has the first {plural(self._rows, 'row')}. Run the same export again to continue."
        if isinstance(problem, PlanhatError):
            problem.reword(f"{problem}\n{kept}")
        else:
            LOGGER.warning("%s", kept)

    def read(self, new: NewFile) -> dict[str, Any]:
        """Returns rows, bytes and the last id of what there is of a file; nothing when it cannot be gone on with."""
        self._new = new
        found = self._content() if self._resumable else {}
        size = os.fstat(new.file.fileno()).st_size
        done = {name: found.get(name) for name in ("rows", "last", "bytes")}
        rows, last, end = done.values()
        own = found.pop("sum", None)  # bookmarks of 1.0 have none
        fits = found.get("digest") == self._digest and isinstance(last, str) and own in (None, _sum_of(found))
        return done if fits and isinstance(rows, int) and isinstance(end, int) and rows > 0 < end <= size else {}

    def holder(self) -> str:
        """Returns who is writing the file."""
        found = self._content()
        return f"process {found['process']} since {found.get('since')}" if "process" in found else "another process"

    def _content(self) -> dict[str, Any]:
        with suppress(OSError, ValueError, RecursionError):
            found = json.loads(self._path.read_text("utf-8"))
            return found if isinstance(found, dict) else {}
        return {}

    def write(self, done: dict[str, Any]) -> None:
        """Moves on, behind rows that are on the disk. Where it cannot be moved, it stays behind, which is safe."""
        since = datetime.now(timezone.utc).isoformat(" ", timespec="seconds")
        known = {"digest": self._digest, "process": os.getpid(), "since": since, **done}
        with suppress(PermissionError):
            self._following.unlink(missing_ok=True)  # never written through a link of that name
            with retry_while_held(lambda: self._following.open("x", encoding="utf-8")) as file:
                json.dump({**known, "sum": _sum_of(known)}, file)
            replace_file(self._following, self._path)
        if self._new is not None and self._resumable:
            self._rows = done.get("rows", 0)
            self._new.keep = bool(self._rows)
