"""A whole tenant as files: one JSON Lines file per model, in the order in which a sandbox loads them, or masked.

Masking puts stable invented values in place of names, addresses, telephone numbers and notes. The same value always
gets the same replacement, in every model and every run with one token, so that references by name or e-mail address
still meet. Nothing leads back: replacements are made of a keyed hash.
"""

from __future__ import annotations

import hmac
import json
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatAuthFailedError, PlanhatNotFoundError, PlanhatValidationError
from RPA.Planhat.operations.input.formats import encoded
from RPA.Planhat.operations.reading import Query, read_all_pages, read_list
from RPA.Planhat.operations.references import model_of
from RPA.Planhat.text.files import NewFile, file_path, new_text_file, translate_os_errors
from RPA.Planhat.text.messages import first_line
from RPA.Planhat.text.parsing import as_list
from RPA.Planhat.types import MODELS, CustomField, Kind, PlanhatObject, Verb
from RPA.Planhat.types.tenant import parent_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from RPA.Planhat.session import PlanhatSession

SYLLABLES = (
    "ba", "be", "bo", "da", "del", "do", "fa", "fen", "fi", "ga", "gor", "hal", "ja", "ka", "kel", "ki", "la", "len",
    "lo", "ma", "mi", "mor", "na", "ne", "nor", "pa", "pel", "ra", "ri", "ro", "sa", "sel", "so", "ta", "ten", "ti",
    "to", "va", "ve", "vi", "wen", "yo", "za", "zi", "zor", "ul", "ar", "em",
)  # fmt: skip
WORDS = (
    "amber", "bridge", "calm", "delta", "early", "forest", "garden", "harbour", "island", "june", "kettle", "lantern",
    "meadow", "north", "orchard", "paper", "quiet", "river", "silver", "timber", "upper", "valley", "window", "yellow",
)  # fmt: skip
LONGEST_TEXT = 40
"""Words of a masked note at most."""

PLANHAT_ID = re.compile(r"[0-9a-fA-F]{24}")
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w-])\+?\(?\d[\d\s()/.-]{6,}\d(?![\w-])")
LINK = re.compile(r"\b(?:https?://|www\.)[^\s\"'<>]+", re.IGNORECASE)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?")

PEOPLE = frozenset(
    {"firstName", "lastName", "nickName", "ownerName", "assigneeName", "doneBy", "enduserName", "userName"}
)
COMPANIES = frozenset({"companyName", "cName", "targetName"})
PHONES = frozenset({"phone", "phonePrimary", "otherPhones"})
EMAILS = frozenset({"email", "agentEmail", "endUserEmail", "otherEmails", "emails"})
DOMAINS = frozenset({"domains", "web"})
LEFT_OUT = frozenset({"emailMd5"})
"""Fields that can be computed from what is replaced."""

IDS = frozenset({"sourceId", "externalId", "extId", "companyExternalId", "companySourceId", "serialNumber"})
"""Ids of other systems: digits in them are not telephone numbers."""

KEPT = frozenset(
    {
        "phase", "type", "mainType", "subType", "product", "products", "stage", "salesStage", "priority", "severity",
        "source", "country", "addressCountry", "currency", "_currency", "renewalUnit", "invoiceCycle", "position",
        "dimensionId", "model", "parent", "status", "tags", "formula", "numberFormat", "color", "listValues",
        "lastTouchType", "targetModel", "assignedModel", "billingCode", "campaignPurpose",
        "timeBucket",
        "activityTags", "roles", "permissions",
    }
)  # fmt: skip
"""Fields with few values that tests depend on; e-mail addresses, links and telephone numbers in them are replaced."""

OF_PEOPLE = frozenset({"endusers", "users", "tickets"})
"""Models whose `name` is that of a person."""

OWN_NAMES = frozenset({"customfields", "products", "workflows"})
"""Models whose `name` is that of a thing, not of a person."""


class Mask:
    """Replacements for the values of one tenant.

    Args:
        secret: What makes the replacements this tenant's own.
        options: By model and custom field, the options of lists, which stay as they are.
    """

    def __init__(self, secret: str, options: Mapping[tuple[str, str], frozenset[str]] | None = None) -> None:
        self._key = sha256(f"mask {secret}".encode()).digest()
        self._options = options or {}

    def record(self, model: type[PlanhatObject], record: Mapping[str, Any]) -> dict[str, Any]:
        """Returns a masked copy of a record."""
        path = model.API_NAME
        names = self.person if path in OF_PEOPLE else self.company if path == "companies" else self.text
        if path in OWN_NAMES:
            names = self.scrub
        kept = {each.key for each in model.known_fields().values() if each.options or each.kind in (Kind.ID, Kind.IDS)}
        return {
            key: self._value(model, key, value, kept | KEPT, names)
            for key, value in record.items()
            if key not in LEFT_OUT
        }

    def _value(
        self,
        model: type[PlanhatObject],
        key: str,
        value: Any,
        kept: set[str] | frozenset[str],
        name: Callable[[str], str],
    ) -> Any:
        if key == "custom" and isinstance(value, dict):
            return {field: self._custom(model, field, each) for field, each in value.items()}
        if isinstance(value, dict):
            inner: Callable[[str], str] = self.company if key == "companies" else self.person
            return {own: self._value(model, own, each, kept, inner) for own, each in value.items()}
        if isinstance(value, list):
            inner = self.company if key == "companies" else self.person if key in OF_PEOPLE else name
            return [self._value(model, key, each, kept, inner) for each in value]
        if key in PHONES and value not in (None, ""):
            return self.phone(str(value))
        return self._text(key, value, kept, name) if isinstance(value, str) else value

    def _text(self, key: str, value: str, kept: set[str] | frozenset[str], name: Callable[[str], str]) -> str:
        if not value.strip() or PLANHAT_ID.fullmatch(value) or DATE.fullmatch(value):
            return value
        if key == "name":
            return name(value)
        for keys, replace in (
            (PEOPLE, self.person), (COMPANIES, self.company), (EMAILS, self.email), (DOMAINS, self.domain),
            (IDS, self.without_addresses), (kept, self.scrub),
        ):  # fmt: skip
            if key in keys:
                return replace(value)
        return self.text(value)

    def _custom(self, model: type[PlanhatObject], field: str, value: Any) -> Any:
        options = self._options.get((model.__name__, field), frozenset())
        if isinstance(value, list):
            return [self._custom(model, field, each) for each in value]
        if not isinstance(value, str) or value in options or DATE.fullmatch(value) or not value.strip():
            return value
        return value if PLANHAT_ID.fullmatch(value) else self.text(value)

    def without_addresses(self, text: str) -> str:
        """Replaces the e-mail addresses and links in a string."""
        text = LINK.sub(lambda found: f"https://{self.domain(found[0])}", text)
        return EMAIL.sub(lambda found: self.email(found[0]), text)

    def scrub(self, text: str) -> str:
        """Replaces what identifies people within a string that stays otherwise."""
        text = self.without_addresses(text)
        return text if DATE.fullmatch(text) else PHONE.sub(lambda found: self.phone(found[0]), text)

    def person(self, name: str) -> str:
        """Replaces each word of a person's name, so that first name, last name and whole name still agree."""
        return " ".join(self._invented("person", word, 3).capitalize() for word in self.scrub(name).split())

    def company(self, name: str) -> str:
        """Replaces the name of a company."""
        normal = " ".join(name.split())
        return f"{self._invented('company', normal, 4).capitalize()} {self._invented('suffix', normal, 3).capitalize()}"

    def email(self, address: str) -> str:
        """Replaces an e-mail address; addresses of one domain stay together."""
        local, at, domain = address.strip().rpartition("@")
        return (
            f"{self._invented('local', f'{local}@{domain}'.casefold(), 5)}@{self.domain(domain)}"
            if at
            else (self.text(address))
        )

    def domain(self, domain: str) -> str:
        """Replaces a domain or the address of a web site by one that nobody can own."""
        host = re.sub(r"^[a-z]+://|^www\.", "", domain.strip().casefold()).partition("/")[0]
        return f"{self._invented('domain', host.removeprefix('www.'), 5)}.example"

    def phone(self, number: str) -> str:
        """Replaces a telephone number."""
        digits = "".join(character for character in number if character.isdigit() or character == "+")
        return f"+1 555 {self._number('phone', digits) % 10**7:07}"

    def text(self, text: str) -> str:
        """Replaces a note by as many words, forty at most."""
        count = min(max(len(text.split()), 1), LONGEST_TEXT)
        draw = self._draws("text", " ".join(text.split()))
        return " ".join(WORDS[next(draw) % len(WORDS)] for _ in range(count)).capitalize()

    def _invented(self, purpose: str, value: str, syllables: int) -> str:
        draw = self._draws(purpose, value)
        return "".join(SYLLABLES[next(draw) % len(SYLLABLES)] for _ in range(syllables))

    def _number(self, purpose: str, value: str) -> int:
        return int.from_bytes(hmac.digest(self._key, f"{purpose}\0{value}".encode("utf-8", "replace"), "sha256"), "big")

    def _draws(self, purpose: str, value: str) -> Iterator[int]:
        left = self._number(purpose, value)
        while True:
            left, drawn = divmod(left, 4096) if left else (self._number(f"{purpose} more", value), 0)
            yield drawn


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
    repeated, all models are read again.

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
            manifest.skip(model, first_line(problem))
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
    rows = 0
    with translate_os_errors(path), NewFile(path) as new:
        new.file.truncate()
        for page in read_all_pages(session, model, Query(properties="ALL")):
            for record in page:
                row = mask.record(model, record) if mask else dict(record)
                new.file.write(encoded(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"))
            rows += len(page)
            if progress is not None:
                progress(f"exported {model.PLURAL}", rows, 0)
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
            except (ValueError, RecursionError):
                found = None
        models = found.get("models") if isinstance(found, dict) else None
        if not isinstance(found, dict) or not isinstance(models, dict):
            raise PlanhatValidationError(f"{self._path} is damaged: delete the folder and export again.")
        for name, known in models.items():
            file = known.get("file") if isinstance(known, dict) else None
            if name not in {model.API_NAME for model in MODELS.values()} or file != f"{name}.jsonl":
                raise PlanhatValidationError(
                    f"{self._path} is damaged at {name!r}: delete the folder and export again."
                )
        return found

    @property
    def models(self) -> dict[str, Any]:
        """What is complete, by path."""
        return dict(self.content["models"])

    def begin(self, models: Iterable[type[PlanhatObject]]) -> None:
        """Goes on with an interrupted export; after a complete one, these models are read again."""
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
        path = self._path.parent / f"{model.API_NAME}.jsonl"
        with translate_os_errors(path, "read"):
            if not known or not path.is_file():
                return False
            with path.open("rb") as file:
                return bool(known.get("rows") == sum(line.endswith(b"\n") for line in file))

    def add(self, model: type[PlanhatObject], rows: int) -> None:
        """Notes a complete file."""
        self.content["models"][model.API_NAME] = {"file": f"{model.API_NAME}.jsonl", "rows": rows}
        self._save()

    def skip(self, model: type[PlanhatObject], reason: str) -> None:
        """Notes a model that could not be read."""
        self.content["skipped"][model.API_NAME] = reason
        self._save()

    def _save(self) -> None:
        with new_text_file(self._path) as file:
            file.write(json.dumps(self.content, indent=1) + "\n")
