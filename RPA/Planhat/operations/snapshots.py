"""What has changed in Planhat since a snapshot, which is a local SQLite file: Planhat itself does not tell."""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from RPA.Planhat.errors import PlanhatError, PlanhatValidationError
from RPA.Planhat.operations.input.formats import well_formed
from RPA.Planhat.operations.reading import ARCHIVED, Query, read_all_pages, read_pages, require_custom_fields
from RPA.Planhat.operations.rows.outcomes import Account
from RPA.Planhat.operations.rows.payloads import CUSTOM, custom_name, spelled_as_known
from RPA.Planhat.text.files import database_reason, file_path, translate_os_errors
from RPA.Planhat.text.messages import differing, with_article
from RPA.Planhat.types import Kind, PlanhatObject, PlanhatObjectList
from RPA.Planhat.types.base import LABELS, label_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from RPA.Planhat.session import PlanhatSession

VERSION = "1"
SAME = {"v": "version", "model": "model", "host": "host", "tenant": "tenant"}
"""What has to be the same when a snapshot is used again, and how a message calls it."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS confirmed (id TEXT PRIMARY KEY, record TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS latest (id TEXT PRIMARY KEY, record TEXT) WITHOUT ROWID;
"""
TABLES = {"facts", "confirmed", "latest"}
ANEW = "Delete it, or take a snapshot in another file."
DAMAGED = (LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What reading a damaged snapshot ends in."""
IGNORED = frozenset({"__v", "updatedAt", "lastUpdated"})
"""What changes although nothing has changed."""

P = TypeVar("P", bound=PlanhatObject)

SHOWN = (*LABELS, "companyId", "cId", "companyName")


@dataclass(frozen=True)
class FieldChange:
    """A field that has changed.

    Attributes:
        name: The field, by Planhat's key; custom fields as `custom.<Name>`.
        old: What the snapshot has.
        new: What Planhat has now.
    """

    name: str
    old: Any
    new: Any

    def __str__(self) -> str:
        return f"{self.name}: {self.old!r} -> {self.new!r}"


@dataclass(frozen=True)
class Changed(Generic[P]):
    """A record that has changed.

    Attributes:
        record: The record as it is now.
        fields: What has changed in it.
    """

    record: P
    fields: list[FieldChange]


@dataclass
class Changes(Account, Generic[P]):
    """What has changed since a snapshot; as a dictionary its `counts`, and a row for each record or changed field.

    Attributes:
        since: When the snapshot was taken, ISO 8601.
        added: Records that are new.
        changed: Records that have changed, with their fields.
        removed: Records that are gone, as they were.
    """

    since: str
    added: PlanhatObjectList[P]
    removed: PlanhatObjectList[P]
    changed: list[Changed[P]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(since=self.since)

    @property
    def counts(self) -> dict[str, int]:
        """How many records are added, changed and removed."""
        return {"added": len(self.added), "changed": len(self.changed), "removed": len(self.removed)}

    def entries(self) -> Iterable[dict[str, Any]]:
        """Returns a dictionary for each record that is added or removed, and for each field that changed."""
        for change, records in (("added", self.added), ("removed", self.removed)):
            for record in records:
                yield {"change": change, "id": record.id, "record": label_of(record)}
        for each in self.changed:
            known = {"change": "changed", "id": each.record.id, "record": label_of(each.record)}
            yield from ({**known, "field": field.name, "old": field.old, "new": field.new} for field in each.fields)

    def __bool__(self) -> bool:
        return any(self.counts.values())

    def __repr__(self) -> str:
        said = ", ".join(f"{count} {name}" for name, count in self.counts.items() if count)
        return f"{said or 'no changes'} since {self.since}"

    __str__ = __repr__


def take_snapshot(
    session: PlanhatSession, model: type[PlanhatObject], path: str | Path, fields: Iterable[str] | None = None
) -> int:
    """Keeps all records of a model in a file, and returns how many there are. An older snapshot stays until then.

    Args:
        session: The connection.
        model: The model.
        path: The file; one file for each model.
        fields: The fields to keep. Default: all that can be written.

    Raises:
        PlanhatValidationError: If a field is unknown, or the file is something else.
    """
    keys = [_key(model, name) for name in fields] if fields else _default_keys(model)
    require_custom_fields(session, model, keys)
    path = file_path(path)
    with _opened(path) as file:
        _refuse_other(file, path, session, model, new=True)
        count = _read(session, model, file, keys, archived=True)
        _confirm(file)
        facts = {**_owner(session, model), "keys": json.dumps(keys), "archived": "with"}
        file.executemany("INSERT OR REPLACE INTO facts VALUES (?,?)", facts.items())
    return count


def changes_since(session: PlanhatSession, model: type[P], path: str | Path) -> Changes[P]:
    """Returns what has changed since the snapshot; it stays as it is until the changes are confirmed.

    Raises:
        PlanhatValidationError: If there is no snapshot of this model in the file.
    """
    path = _existing(path, " Take one first with Take Planhat Snapshot.")
    with _opened(path) as file:
        facts = _refuse_other(file, path, session, model)
        _read(session, model, file, json.loads(facts["keys"]), archived="archived" in facts)
        try:
            return _compare(file, model, facts["taken"])
        except DAMAGED as problem:
            raise PlanhatValidationError(f"The snapshot {path} is damaged: {problem} {ANEW}") from problem


def confirm_changes(path: str | Path) -> None:
    """Makes the state that was read last the new baseline of the snapshot.

    Raises:
        PlanhatValidationError: If there is no snapshot, or nothing was read since.
    """
    path = _existing(path)
    with _opened(path) as file:
        if "read" not in _facts(file):
            raise PlanhatValidationError(f"Nothing was read since the snapshot {path} was taken or confirmed.")
        _confirm(file)


def _existing(given: str | Path, advice: str = "") -> Path:
    path = file_path(given)
    with translate_os_errors(path, "read"):
        if path.is_file():
            return path
    raise PlanhatValidationError(f"There is no snapshot {path}.{advice}")


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Opens a snapshot; what is done to it is done wholly or not at all."""
    file = _connected(path)
    try:
        file.execute("BEGIN IMMEDIATE")
        there = {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if there and not there >= TABLES:
            raise PlanhatValidationError(f"{path} is not a snapshot: it is a database of something else. {ANEW}")
        for statement in SCHEMA.strip().split(";\n"):
            file.execute(statement)
        yield file
        file.execute("COMMIT")
    except sqlite3.OperationalError as problem:
        raise PlanhatValidationError(f"The snapshot {path} cannot be used: {database_reason(problem)}") from problem
    except sqlite3.DatabaseError as problem:
        raise PlanhatValidationError(f"{path} is not a snapshot: {problem}. {ANEW}") from problem
    finally:
        file.close()


def _connected(path: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(path, isolation_level=None)
    except sqlite3.OperationalError as problem:
        raise PlanhatValidationError(f"The snapshot {path} cannot be used: {database_reason(problem)}") from problem


def _facts(file: sqlite3.Connection) -> dict[str, str]:
    return dict(file.execute("SELECT name, value FROM facts").fetchall())


def _refuse_other(
    file: sqlite3.Connection, path: Path, session: PlanhatSession, model: type[PlanhatObject], *, new: bool = False
) -> dict[str, str]:
    facts = _facts(file)
    if not facts and new:
        return facts
    if not facts:
        raise PlanhatValidationError(f"{path} is not a snapshot: it is empty. {ANEW}")
    here = _owner(session, model)
    other = differing(SAME, {"tenant": here["tenant"], **facts}, here)  # older ones do not name the tenant
    if other:
        raise PlanhatValidationError(
            f"{path} is the snapshot of something else; these differ: {other}. Take a snapshot in another file."
        )
    if not new:
        _require_whole(facts, path)
    return facts


def _require_whole(facts: dict[str, str], path: Path) -> None:
    """Refuses a snapshot whose facts are not what a snapshot notes."""
    damaged = "" if isinstance(facts.get("taken"), str) else "taken"
    try:
        keys = json.loads(facts["keys"])
    except DAMAGED:
        keys = None
    if not isinstance(keys, list) or not keys or not all(isinstance(key, str) for key in keys):
        damaged = "keys"
    if damaged:
        raise PlanhatValidationError(f"The snapshot {path} is damaged: {damaged!r} cannot be read. {ANEW}")


def _owner(session: PlanhatSession, model: type[PlanhatObject]) -> dict[str, str]:
    host, _, tenant = session.tenant.rpartition(" ")
    return {"v": VERSION, "model": str(model.API_NAME), "host": host, "tenant": tenant}


def _pages(session: PlanhatSession, model: type[PlanhatObject], keys: list[str]) -> Iterator[list[PlanhatObject]]:
    """Yields all records, archived ones too: archiving a record is a change of it, and removes nothing."""
    flag = next((each.name for each in model.PARAMETERS if each.argument in ARCHIVED), None)
    for page in read_all_pages(session, model, Query(properties=["_id", *keys, *([flag] if flag else [])])):
        for record in page:
            if flag and flag not in record:
                record[flag] = False
        yield page


def _read(
    session: PlanhatSession, model: type[PlanhatObject], file: sqlite3.Connection, keys: list[str], *, archived: bool
) -> int:
    own = {key.removeprefix(CUSTOM) for key in keys if key.startswith(CUSTOM)} if "custom" not in keys else None
    keys = ["custom" if key.startswith(CUSTOM) else key for key in keys]
    file.execute("DELETE FROM latest")
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    found = _pages(session, model, keys) if archived else read_pages(session, model, Query(properties=["_id", *keys]))
    for page in found:
        if not all(record.id for record in page):
            raise PlanhatError(
                f"Planhat returned {with_article(model.SINGULAR)} without an _id, so it cannot be in a snapshot."
            )
        rows = ((well_formed(record.id), _kept(record, own)) for record in page)
        file.executemany("INSERT OR REPLACE INTO latest VALUES (?,?)", rows)
    file.execute("INSERT OR REPLACE INTO facts VALUES ('read', ?)", (now,))
    return int(file.execute("SELECT count(*) FROM latest").fetchone()[0])


def _kept(record: PlanhatObject, own: set[str] | None) -> str:
    """Returns a record as JSON; with these custom fields alone, if some were named."""
    kept = {key: value for key, value in dict(record).items() if key not in IGNORED}
    if own is not None and isinstance(kept.get("custom"), dict):
        custom = {name: value for name, value in kept.pop("custom").items() if spelled_as_known(name, own) in own}
        kept |= {"custom": custom} if custom else {}
    return well_formed(_encode(kept))


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def _confirm(file: sqlite3.Connection) -> None:
    file.execute("DELETE FROM confirmed")
    file.execute("INSERT INTO confirmed SELECT * FROM latest")
    file.execute("DELETE FROM latest")
    file.execute("INSERT OR REPLACE INTO facts SELECT 'taken', value FROM facts WHERE name='read'")
    file.execute("DELETE FROM facts WHERE name='read'")


def _compare(file: sqlite3.Connection, model: type[P], since: str) -> Changes[P]:
    def rows(query: str) -> list[P]:
        return [model(_record(*row)) for row in file.execute(query)]

    added = rows("SELECT id, record FROM latest WHERE id NOT IN (SELECT id FROM confirmed) ORDER BY id")
    removed = rows("SELECT id, record FROM confirmed WHERE id NOT IN (SELECT id FROM latest) ORDER BY id")
    both = file.execute(
        "SELECT id, latest.record, confirmed.record FROM latest JOIN confirmed USING (id) "
        "WHERE latest.record IS NOT confirmed.record ORDER BY id"
    )
    changed = [
        Changed(model(json.loads(new)), _differing(_record(id_, old), json.loads(new))) for id_, new, old in both
    ]
    return Changes(since, PlanhatObjectList.of(model, added), PlanhatObjectList.of(model, removed), changed)


def _record(id_: str, text: str) -> dict[str, Any]:
    """Returns a record of the snapshot.

    Raises:
        ValueError: If it is damaged.
    """
    try:
        record = json.loads(text)
        if well_formed(str(record["_id"])) == id_:
            return dict(record)
    except DAMAGED:
        pass
    raise ValueError(f"the record {id_!r} cannot be read.")


def _differing(old: dict[str, Any], new: dict[str, Any]) -> list[FieldChange]:
    old, new = _spread(old), _spread(new)
    names = dict.fromkeys([*old, *new])
    return [FieldChange(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]


def _spread(record: dict[str, Any]) -> dict[str, Any]:
    custom = record.get("custom")
    if not isinstance(custom, dict):
        return record
    own = {key: value for key, value in record.items() if key != "custom"}
    return {**own, **{CUSTOM + name: value for name, value in custom.items()}}


def _default_keys(model: type[PlanhatObject]) -> list[str]:
    written = [each.key for each in model.writable() if each.kind is not Kind.OBJECTS]
    labels = [key for key in SHOWN if model.field(key)]
    return list(dict.fromkeys([*model.KEYS, *labels, *written]))


def _key(model: type[PlanhatObject], name: str) -> str:
    if name.startswith(CUSTOM):
        return CUSTOM + custom_name(name)
    known = model.field(name)
    if known is None:
        raise PlanhatValidationError(f"{model.PLURAL} have no field {name!r} for a snapshot.")
    return known.key
