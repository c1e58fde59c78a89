"""Where the data of a sandbox comes from, and where it can be put: the demo, nothing, or a folder of files."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox.demo import load_demo
from RPA.Planhat.sandbox.model_rules import ACTIVITIES, BY_PATH, TABLES, Document, Model, path_of, table_of
from RPA.Planhat.sandbox.records import LoadError, Records
from RPA.Planhat.sandbox.values import is_too_deep
from RPA.Planhat.types import Kind

if TYPE_CHECKING:
    from RPA.Planhat.sandbox.settings import Settings

FORMATS = ("json", "csv")
JSON_LINES = "jsonl"
MOST_PROBLEMS = 20
"""Wrong rows of a seed that a message names."""

_FIRST = ("companies", "users", "endusers", "products", "deals", "timeentries")
ORDER = (*_FIRST, *(path for path in BY_PATH if path not in _FIRST), ACTIVITIES)
"""The files of a folder in the order in which they are read: what others refer to comes first."""

_PLAIN = (Kind.TEXT, Kind.ID, Kind.DATE, Kind.NUMBER, Kind.INTEGER, Kind.DAY, Kind.BOOLEAN)
_CUSTOM = "custom."


def load_seed(records: Records, settings: Settings) -> None:
    """Fills empty tables.

    Raises:
        ValueError: If the seed is neither `demo`, `empty` nor a folder.
    """
    with records.store.transaction():
        if settings.seed == "demo":
            load_demo(records, settings.companies, settings.seed_number)
        elif settings.seed != "empty":
            load_folder(records, Path(settings.seed))


def load_folder(records: Records, folder: Path) -> None:
    """Reads one JSON or CSV file for each model, named like its path.

    Raises:
        ValueError: If the folder does not exist or holds no such file, or with a line for each row that is wrong.
    """
    files = [file for path in ORDER for name in (*FORMATS, JSON_LINES) if (file := folder / f"{path}.{name}").is_file()]
    if not files:
        raise ValueError(f"The seed is neither demo, empty nor a folder with files such as companies.json: {folder}")
    for file in files:
        problems = _load_file(records, file)
        if problems:
            more = [f"and {len(problems) - MOST_PROBLEMS} more rows"] if len(problems) > MOST_PROBLEMS else []
            raise ValueError("\n".join([*problems[:MOST_PROBLEMS], *more]))


def _load_file(records: Records, file: Path) -> list[str]:
    """Stores the records of a file; returns what is wrong, with file and row."""
    model = BY_PATH.get(file.stem)
    try:
        rows = _csv_rows(file, model) if file.suffix == ".csv" else _json_rows(file)
        if model is None:
            made = [({"_id": records.store.new_id(), **row}, None) for row in rows]
            records.store.insert(ACTIVITIES, made)
        else:
            records.load(model, [_joined(records, model, row) for row in rows])
    except LoadError as error:
        return [f"{file.name}, row {number}: {_in_words(text)}" for number, text in error.problems]
    except json.JSONDecodeError as error:
        return [f"{file.name} is not valid JSON: line {error.lineno}, column {error.colno}"]
    except RecursionError:
        return [f"{file.name} is nested too deeply"]
    except UnicodeDecodeError:
        return [f"{file.name} is not encoded in UTF-8"]
    except (csv.Error, TypeError, ValueError) as error:
        return [f"{file.name}: {error}"]
    return []


def _in_words(problem: str) -> str:
    keys = problem.removeprefix("Missing required: ")
    if keys == problem:
        return problem
    return f"{keys} {'are' if ',' in keys else 'is'} missing"


def _joined(records: Records, model: Model, row: Any) -> Any:
    """Returns a row with what is there already: tickets are conversations, and an export lists them as both."""
    table = table_of(model)
    known = records.store.get(table, str(row.get("_id"))) if table != path_of(model) and isinstance(row, dict) else None
    if known is None:
        return row
    records.store.delete(table, known["_id"])
    return {**known, **row}


def _json_rows(file: Path) -> list[Any]:
    text = file.read_text(encoding="utf-8-sig")
    lines = file.suffix == f".{JSON_LINES}"
    rows = [json.loads(line) for line in text.splitlines() if line.strip()] if lines else json.loads(text)
    if not isinstance(rows, list):
        raise ValueError("it must hold a list of objects")  # noqa: TRY004 - the file is wrong, not the program
    if is_too_deep(rows):
        raise RecursionError
    return rows


def _csv_rows(file: Path, model: Model | None) -> list[Document]:
    kinds = {field.key: field.kind for field in model.known_fields().values()} if model else {}
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        names = [name for name in reader.fieldnames or () if name]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"the column {twice[0]} is there twice")
        rows = list(reader)
    longer = [(number, "has more cells than the first line") for number, row in enumerate(rows, start=1) if None in row]
    if longer:
        raise LoadError(longer)
    found, problems = [], []
    for number, row in enumerate(rows, start=1):
        try:
            found.append(_from_cells(row, kinds))
        except ValueError as error:  # noqa: PERF203 - the message names the row
            problems.append((number, str(error)))
    if problems:
        raise LoadError(problems)
    return found


def _from_cells(row: dict[str, str], kinds: dict[str, Kind]) -> Document:
    found: Document = {}
    for key, cell in row.items():
        if not key or cell in ("", None):
            continue
        if key.startswith(_CUSTOM):
            found.setdefault("custom", {})[key.removeprefix(_CUSTOM)] = _value(cell)
            continue
        found[key] = cell if kinds.get(key) in _PLAIN else _value(cell)
        if key in kinds and found[key] is cell and cell.lstrip()[:1] in ("{", "[") and kinds[key] not in _PLAIN:
            raise ValueError(f"{key} is not valid JSON: {cell!r:.60}")
    return found


def _value(cell: str) -> Any:
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def export(records: Records, folder: Path, file_format: str = "json") -> dict[str, int]:
    """Writes one file for each model that has records, and returns how many each holds.

    Raises:
        ValueError: If the format is neither `json` nor `csv`.
    """
    if file_format not in FORMATS:
        raise ValueError(f"The format is json or csv, not {file_format!r}.")
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for table in TABLES:
        documents = list(records.store.documents(table))
        if documents:
            write = _write_json if file_format == "json" else _write_csv
            write(folder / f"{table}.{file_format}", documents)
            written[table] = len(documents)
    return written


def _write_json(file: Path, documents: list[Document]) -> None:
    rows = ",\n".join(json.dumps(document, ensure_ascii=False) for document in documents)
    _write(file, f"[\n{rows}\n]\n")


def _write_csv(file: Path, documents: list[Document]) -> None:
    model = BY_PATH.get(file.stem)
    kinds = {field.key: field.kind for field in model.known_fields().values()} if model else {}
    rows = [_to_cells(document, kinds) for document in documents]
    header = list(dict.fromkeys(key for row in rows for key in row))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, header)
    writer.writeheader()
    writer.writerows(rows)
    _write(file, stream.getvalue())


def _write(file: Path, text: str) -> None:
    """Writes a file, or leaves the one of that name as it is."""
    part = file.with_name(f"{file.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _to_cells(document: Document, kinds: dict[str, Kind]) -> dict[str, str]:
    cells = {key: _cell(value, kinds.get(key)) for key, value in document.items() if key != "custom"}
    custom = document.get("custom") or {}
    cells.update({f"{_CUSTOM}{name}": _cell(value, None) for name, value in custom.items()})
    return {key: cell for key, cell in cells.items() if cell}


def _cell(value: Any, kind: Kind | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and (kind in _PLAIN or _value(value) == value):
        return value
    return json.dumps(value, ensure_ascii=False)
