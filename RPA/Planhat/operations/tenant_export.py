"""A whole tenant as files: one JSON Lines file per model, in the order in which a sandbox loads them as its seed."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatAuthFailedError, PlanhatNotFoundError, PlanhatValidationError
from RPA.Planhat.operations.masking import Mask
from RPA.Planhat.operations.reading import Query, read_all_pages, read_list
from RPA.Planhat.operations.references import model_of
from RPA.Planhat.text.files import file_path, translate_os_errors
from RPA.Planhat.text.parsing import as_list
from RPA.Planhat.types import MODELS, CustomField, Verb
from RPA.Planhat.types.tenant import parent_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject

MANIFEST = "manifest.json"
FORMAT = 1

FIRST = ("companies", "users", "customfields", "endusers", "products", "deals", "timeentries")
"""Models that others refer to."""


def export_tenant(
    session: PlanhatSession,
    folder: str | Path,
    *,
    models: Any = None,
    mask: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> dict[str, Any]:
    """Writes every record of a tenant into a folder, with a manifest of counts.

    When an interrupted export is repeated, models whose file is complete are not read again. When a complete one is
    repeated, all models are read anew.

    Args:
        session: The connection.
        folder: The folder; it is created if it does not exist.
        models: Names of the models to export. Default: all that Planhat lists.
        mask: Replace names, e-mail addresses, telephone numbers and notes by stable invented ones.
        progress: Called with a step, the number of rows written, and 0.

    Returns:
        The manifest: `models` with `file` and `rows` by path, and `skipped` with the reason by path.

    Raises:
        PlanhatValidationError: If the folder holds the export of another tenant, or one with other options.
    """
    wanted = _ordered(models)
    target = file_path(folder, "folder")
    with translate_os_errors(target):
        target.mkdir(parents=True, exist_ok=True)
    manifest = _Manifest(target, session, mask=mask)
    manifest.begin(wanted)
    hidden = _mask_of(session) if mask else None
    for model in wanted:
        if manifest.has(model):
            continue
        try:
            rows = _write(session, model, target / f"{model.API_NAME}.jsonl", hidden, progress)
        except (PlanhatAuthFailedError, PlanhatNotFoundError) as problem:
            # A token may be barred from single models; one that is barred from all fails at the first.
            if problem.status == 401 or not manifest.models:
                raise
            manifest.skip(model, str(problem).splitlines()[0])
        else:
            manifest.add(model, rows)
    manifest.finish()
    return manifest.content


def _ordered(names: Any) -> list[type[PlanhatObject]]:
    listed = [model for model in MODELS.values() if Verb.LIST in model.VERBS and model.API_NAME]
    chosen = [model_of(name) for name in as_list(names, "models")] if names else listed
    barred = [model for model in chosen if Verb.LIST not in model.VERBS]
    if barred:
        raise PlanhatValidationError(f"Planhat does not list {barred[0].PLURAL}, so they cannot be exported.")
    return sorted(chosen, key=lambda model: FIRST.index(model.API_NAME) if model.API_NAME in FIRST else len(FIRST))


def _mask_of(session: PlanhatSession) -> Mask:
    fields = read_list(session, CustomField, Query(properties=["name", "parent", "list_values"]))
    classes = {parent_of(name): name for name in MODELS}
    options = {
        (classes.get(parent_of(str(each.parent)), ""), each.name): frozenset(map(str, each.list_values or []))
        for each in fields
    }
    token = session.credentials.api_key
    return Mask(token.reveal() if token else "", options)


def _write(
    session: PlanhatSession,
    model: type[PlanhatObject],
    path: Path,
    mask: Mask | None,
    progress: Callable[[str, int, int], None] | None,
) -> int:
    """Writes the records of a model; the file has its name only when it is complete."""
    part, rows = path.with_name(f"{path.name}.part"), 0
    with suppress(FileNotFoundError):
        part.unlink()
    with translate_os_errors(path), part.open("x", encoding="utf-8", newline="\n") as file:
        for page in read_all_pages(session, model, Query(properties="ALL")):
            for record in page:
                row = mask.record(model, record) if mask else dict(record)
                file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
            rows += len(page)
            if progress is not None:
                progress(f"exported {model.PLURAL}", rows, 0)
        file.flush()
        os.fsync(file.fileno())
    with translate_os_errors(path):
        part.replace(path)
    return rows


class _Manifest:
    """What a folder holds: whose records, how many of each model, and which models were skipped."""

    def __init__(self, folder: Path, session: PlanhatSession, *, mask: bool) -> None:
        self._path = folder / MANIFEST
        token = session.credentials.api_key
        tenant = sha256(token.reveal().encode()).hexdigest()[:8] if token else ""
        # The library's own sandbox has another port in each run.
        host = "sandbox" if session.is_sandbox else session.base_url
        head = {"format": FORMAT, "host": host, "tenant": tenant, "masked": mask}
        self.content: dict[str, Any] = {**head, "complete": False, "models": {}, "skipped": {}}
        found = self._read()
        if found is None:
            if any(folder.glob("*.jsonl")):
                raise PlanhatValidationError(f"{folder} holds files, but no {MANIFEST}: export into an empty folder.")
            return
        other = [name for name in head if found.get(name) != head[name]]
        if other:
            raise PlanhatValidationError(
                f"{folder} holds another export: {' and '.join(other)} differ. Export into an empty folder."
            )
        self.content["models"] = dict(found["models"])
        self.content["complete"] = found.get("complete") is True

    def _read(self) -> dict[str, Any] | None:
        with translate_os_errors(self._path, "read"):
            if not self._path.exists():
                return None
            try:
                found = json.loads(self._path.read_text("utf-8"))
            except ValueError:
                found = None
        if not isinstance(found, dict) or not isinstance(found.get("models"), dict):
            raise PlanhatValidationError(f"{self._path} is damaged: delete the folder and export again.")
        return found

    @property
    def models(self) -> dict[str, Any]:
        """What is complete, by path."""
        return dict(self.content["models"])

    def begin(self, models: Iterable[type[PlanhatObject]]) -> None:
        """Goes on with an interrupted export; after a complete one, these models are read anew."""
        if self.content["complete"]:
            for model in models:
                self.content["models"].pop(model.API_NAME, None)
            self.content["complete"] = False
            self._save()

    def finish(self) -> None:
        """Notes that all models are there."""
        self.content["complete"] = True
        self._save()

    def has(self, model: type[PlanhatObject]) -> bool:
        """Whether the file of a model is complete."""
        known = self.content["models"].get(model.API_NAME)
        return bool(known) and (self._path.parent / known["file"]).is_file()

    def add(self, model: type[PlanhatObject], rows: int) -> None:
        """Notes a complete file."""
        self.content["models"][model.API_NAME] = {"file": f"{model.API_NAME}.jsonl", "rows": rows}
        self._save()

    def skip(self, model: type[PlanhatObject], reason: str) -> None:
        """Notes a model that could not be read."""
        self.content["skipped"][model.API_NAME] = reason
        self._save()

    def _save(self) -> None:
        new = self._path.with_name(f"{MANIFEST}.new")
        with translate_os_errors(self._path):
            new.write_text(json.dumps(self.content, indent=1) + "\n", "utf-8")
            new.replace(self._path)


def counts(manifest: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Yields the models of a manifest with the number of their rows."""
    for path, known in manifest["models"].items():
        yield path, known["rows"]
