"""What can be done with records: create, update, delete and load them, one by one or as a bulk upsert."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox import matching, model_rules
from RPA.Planhat.sandbox.computed import finish, make_fields
from RPA.Planhat.sandbox.listing import list_row
from RPA.Planhat.sandbox.responses import ApiError, NoCompanyError, Reason, duplicated
from RPA.Planhat.sandbox.tenant import Tenant, Write
from RPA.Planhat.sandbox.values import UnfitError, apply_operations, check_custom, convert, is_object_id, now
from RPA.Planhat.types import Field, Kind, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable


class LoadError(ValueError):
    """Records that cannot be stored.

    Args:
        problems: Which, counted from 1, and why.
    """

    def __init__(self, problems: list[tuple[int, str]]) -> None:
        super().__init__("; ".join(f"row {number}: {text}" for number, text in problems))
        self.problems = problems


class Records(Tenant):
    """The records of one sandbox, under the rules of Planhat."""

    def permit(self, model: model_rules.Model, verb: Verb, *, updating: bool = False) -> None:
        """Refuses what the token may not do."""
        if (model_rules.path_of(model), verb.value) in self.forbidden:
            text = f"You are not allowed to {_WORDS.get(verb, verb.value)} {model.__name__}."
            raise ApiError(403, text, reason=Reason.PERMISSION, updating=updating)

    def clean(
        self, model: model_rules.Model, body: Any, old: model_rules.Document | None = None
    ) -> model_rules.Document:
        """Returns the known fields of a body as they are stored, with the company as Planhat id."""
        updating = old is not None
        if not isinstance(body, dict):
            raise ApiError(400, f"{model.SINGULAR} must be an object", updating=updating)
        found: model_rules.Document = {}
        for key, value in body.items():
            known = _writable(model).get(key)
            if known is None:
                self._other_key(model, key, value, found, old)
            else:
                found[key] = self._stored(known, key, value, old)
        matching.resolve_companies(self, model, found)
        check_custom(self, model, found.get("custom"), (old or {}).get("custom"))
        return found

    def _stored(self, known: Field[Any], key: str, value: Any, old: model_rules.Document | None) -> Any:
        updating = old is not None
        try:
            if isinstance(value, dict) and known.kind in _LISTS and self.dialect.array_operations == "invented":
                value = apply_operations((old or {}).get(key), value)
            return value if key in matching.COMPANY_KEYS and known.kind is Kind.ID else convert(known, value)
        except UnfitError as error:
            text = "invalid id" if str(error) == "is not a valid id" else f"{key} {error}"
            raise ApiError(400, text, reason=Reason.VALUE, updating=updating) from error

    def _other_key(
        self,
        model: model_rules.Model,
        key: str,
        value: Any,
        found: model_rules.Document,
        old: model_rules.Document | None,
    ) -> None:
        updating = old is not None
        if _read_only(model).get(key) is not None or key == "__v":
            if self.dialect.read_only_fields == "refuse" and key != "_id":
                raise ApiError(400, f"{key} cannot be written", reason=Reason.VALUE, updating=updating)
        elif self.dialect.unknown_fields == "refuse":
            raise ApiError(400, f"{key} is unknown", reason=Reason.VALUE, updating=updating)
        elif self.dialect.unknown_fields == "keep":
            found[key] = value
        if key not in found and key not in ("_id", "__v") and (old or {}).get(key) != value:
            self.ignored[key] = None

    def create(
        self, model: model_rules.Model, body: Any, *, bulk: bool = False, own_id: str = ""
    ) -> model_rules.Document:
        """Stores a new record and returns it."""
        self.permit(model, Verb.UPSERT if bulk and Verb.CREATE not in model.VERBS else Verb.CREATE)
        sent = self.clean(model, body)
        document = {"_id": own_id or self.store.new_id(), **_defaults(model), **sent}
        write = Write(model, document, sent, None, self)
        matching.belong(write)
        make_fields(write)
        _require(write, bulk=bulk)
        matching.check_unique(write)
        moment = now()
        document.update(
            dict.fromkeys(model_rules.stamps(model, model_rules.CREATED + model_rules.UPDATED), moment), __v=0
        )
        self._save(write)
        self.automations.changed(model, "created", document)
        return document

    def update(
        self, model: model_rules.Model, old: model_rules.Document, body: Any, *, bulk: bool = False
    ) -> tuple[model_rules.Document, bool]:
        """Stores the sent fields of a record; returns it, and whether anything changed."""
        self.permit(model, Verb.UPSERT if bulk and Verb.UPDATE not in model.VERBS else Verb.UPDATE, updating=True)
        sent = self.clean(model, body, old)
        if "custom" in sent and self.dialect.custom_update == "merge":
            sent["custom"] = {**(old.get("custom") or {}), **(sent["custom"] or {})}
        write = Write(model, {**old, **sent}, sent, old, self)
        make_fields(write)
        changed = write.document != old and _filled(write.document) != _filled(old)
        if changed or not bulk:
            _require(write, bulk=False)
            matching.check_unique(write)
            write.document.update(dict.fromkeys(model_rules.stamps(model, model_rules.UPDATED), now()))
            self._save(write)
        if changed:
            self.automations.changed(model, "updated", write.document)
        return write.document, changed

    def _save(self, write: Write) -> None:
        document, path = write.document, model_rules.path_of(write.model)
        if self.dialect.null_values == "drop":
            for key in [key for key, value in document.items() if value is None]:
                del document[key]
        row = list_row(write.model, document)
        if write.old is None:
            self.store.insert(path, [(document, row)])
        else:
            self.store.replace(path, document, row)
        if write.model is model_rules.COMPANY:
            self._company_saved(write)
        finish(write)
        for model, body in write.more:
            self.create(model, body, own_id=body.get("_id", ""))

    def _company_saved(self, write: Write) -> None:
        own_id = write.document["_id"]
        if write.changes("domains") and (write.document.get("domains") or write.old):
            self.store.set_domains(own_id, write.document.get("domains") or [])
        if write.old and write.changes("name"):
            self.store.rename_company(own_id, write.document["name"], _names_of_companies())

    def load(
        self, model: model_rules.Model, documents: Iterable[Any], moment: str | None = None
    ) -> list[model_rules.Document]:
        """Stores records as they are, such as those of a seed or an export; what only Planhat makes is added.

        Args:
            model: Their model.
            documents: The records.
            moment: When those without a time came; now when it is not given.

        Returns:
            The records as they are stored.

        Raises:
            LoadError: If some cannot be stored; then none is.
        """
        moment, made, problems, seen = moment or now(), [], [], set[Any]()
        for number, each in enumerate(documents, start=1):
            try:
                document = self._loaded(model, each, moment)
            except ApiError as error:
                problems.append((number, error.message))
                continue
            if document["_id"] in seen or self.store.has(model_rules.table_of(model), document["_id"]):
                problems.append((number, f"_id {document['_id']} is there twice"))
            keys = matching.own_keys(model, document)
            twice = [f"{key} {document[key]}" for key, own in keys.items() if own in seen]
            if twice:
                problems.append((number, f"{' and '.join(twice)} belongs to another row"))
            seen.update([document["_id"], *keys.values()])
            made.append(document)
        if problems:
            raise LoadError(problems)
        self.store.insert(model_rules.path_of(model), [(each, list_row(model, each)) for each in made])
        if model is model_rules.COMPANY:
            for each in made:
                self.store.set_domains(each["_id"], each.get("domains") or [])
        return made

    def _loaded(self, model: model_rules.Model, given: Any, moment: str) -> model_rules.Document:
        if not isinstance(given, dict):
            raise ApiError(400, f"must be an object, not {given!r:.40}")
        known = _known(model)
        document: model_rules.Document = {"_id": self.store.new_id(), **_defaults(model)}
        if not is_object_id(given.get("_id", document["_id"])):
            raise ApiError(400, f"_id is not 24 hexadecimal digits: {given['_id']!r}")
        document.update({key: _as_loaded(known.get(key), key, value) for key, value in given.items()})
        matching.resolve_companies(self, model, document)
        write = Write(model, document, document, None, self)
        matching.belong(write)
        make_fields(write)
        _require(write, bulk=False, empty=(None,))
        for key in model_rules.stamps(model, model_rules.CREATED + model_rules.UPDATED):
            document.setdefault(key, moment)
        document.setdefault("__v", 0)
        return document

    def delete(self, model: model_rules.Model, document: model_rules.Document) -> None:
        """Removes a record; what belongs to it stays, as far as is known."""
        self.permit(model, Verb.DELETE, updating=True)
        self.store.delete(model_rules.table_of(model), document["_id"])
        self.automations.changed(model, "deleted", document)
        if model is model_rules.COMPANY:
            self.store.set_domains(document["_id"], [])


def _as_loaded(known: Field[Any] | None, key: str, value: Any) -> Any:
    if known is None or key in matching.COMPANY_KEYS:
        return value
    try:
        return convert(known, value)
    except UnfitError as error:
        raise ApiError(400, f"{key} {error}: {value!r}") from error


_WORDS = {Verb.DELETE: "remove", Verb.LIST: "read", Verb.GET: "read", Verb.UPSERT: "upsert"}
_LISTS = frozenset({Kind.TEXTS, Kind.IDS, Kind.OBJECTS})


@cache
def _known(model: model_rules.Model) -> dict[str, Field[Any]]:
    return {known.key: known for known in model.known_fields().values()}


@cache
def _writable(model: model_rules.Model) -> dict[str, Field[Any]]:
    return {known.key: known for known in model.writable()}


@cache
def _read_only(model: model_rules.Model) -> dict[str, Field[Any]]:
    return {key: known for key, known in _known(model).items() if known.read_only}


def _defaults(model: model_rules.Model) -> model_rules.Document:
    return {
        key: value.copy() if isinstance(value, (dict, list)) else value
        for key, value in model_rules.rules_of(model).defaults.items()
    }


def _require(write: Write, *, bulk: bool, empty: tuple[Any, ...] = (None, "")) -> None:
    """Refuses a record without a field that it needs; stored ones, as in a seed, may have an empty text in it."""
    model, document = write.model, write.document
    wanted = model_rules.required_keys(model) + (model.BULK_REQUIRED if bulk else ())
    missing = [key for key in wanted if document.get(key) in empty or (key == "companyIds" and not document[key])]
    if model.ONE_OF and not any(document.get(key) not in (None, "", []) for key in model.ONE_OF):
        missing.append(" or ".join(model.ONE_OF))
    if missing == ["companyId"] and model_rules.path_of(model) == "conversations":
        raise write.refuse(f"CompanyId is required for {document.get('type', 'note')}")
    if missing == ["companyId"] and model_rules.path_of(model) == "tasks":
        raise write.refuse("Required Field: companyId")
    if missing:
        raise write.refuse(f"Missing required: {', '.join(missing)}")


@cache
def _names_of_companies() -> tuple[tuple[str, str], ...]:
    pairs = (
        (model_rules.table_of(model), model_rules.company_name_key(model))
        for model in model_rules.BY_PATH.values()
        if model_rules.company_key(model)
    )
    return tuple(dict.fromkeys((table, key) for table, key in pairs if key))


MOST_ITEMS = 5000
ERROR_LISTS = ("createdErrors", "updatedErrors", "permissionErrors", "validationErrors")
OK, PARTIAL, BAD_REQUEST, FORBIDDEN = 200, 206, 400, 403


def _filled(document: model_rules.Document) -> dict[str, Any]:
    """Returns the fields of a record that hold something: empty values in any writing are one value."""
    custom = document.get("custom")
    whole = {**document, "custom": _filled(custom)} if isinstance(custom, dict) else document
    return {key: value for key, value in whole.items() if value is not None and value not in ("", [], {})}


@dataclass
class Outcome:
    """The outcomes of the rows so far."""

    created: list[model_rules.Document] = field(default_factory=list)
    updated: list[model_rules.Document] = field(default_factory=list)
    unchanged: int = 0
    errors: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in ERROR_LISTS})

    @property
    def status(self) -> int:
        """The HTTP status that fits."""
        if self.errors["permissionErrors"]:
            return FORBIDDEN
        if not any(self.errors.values()):
            return OK
        return PARTIAL if self.created or self.updated or self.unchanged else BAD_REQUEST

    def envelope(self) -> dict[str, Any]:
        """Returns the answer."""
        return {
            "created": len(self.created),
            "createdErrors": self.errors["createdErrors"],
            "insertsKeys": self.created,
            "updated": len(self.updated),
            "updatedErrors": self.errors["updatedErrors"],
            "updatesKeys": self.updated,
            "nonupdates": self.unchanged,
            "modified": [each["_id"] for each in self.updated],
            "upsertedIds": [each["_id"] for each in self.created],
            "permissionErrors": self.errors["permissionErrors"],
        }


def upsert(records: Records, model: model_rules.Model, body: Any) -> tuple[int, dict[str, Any], list[str]]:
    """Creates and updates rows; returns the status, the envelope, and notes on what was dropped silently."""
    rows = body if isinstance(body, list) else [body]
    if len(rows) > MOST_ITEMS:
        raise ApiError(BAD_REQUEST, f"At most {MOST_ITEMS} items")
    outcome, notes, seen = Outcome(), [], set[tuple[str, str]]()
    for row in rows:
        if model_rules.path_of(model) == "tickets" and isinstance(row, dict) and not row.get("email"):
            notes.append("dropped: ticket without e-mail")
            continue
        try:
            _refuse_repeated(records, model, row, seen)
            _upsert_row(records, model, row, outcome)
        except NoCompanyError as refusal:
            if records.dialect.enduser_without_company == "refuse":
                _note(records, model, row, refusal, outcome)
            notes.append("dropped: enduser without company")
        except ApiError as refusal:
            _note(records, model, row, refusal, outcome)
    envelope = outcome.envelope()
    if _has_validation_errors(records, model):
        envelope["validationErrors"] = outcome.errors["validationErrors"]
    return outcome.status, envelope, notes


def _has_validation_errors(records: Records, model: model_rules.Model) -> bool:
    return records.dialect.validation_errors or model_rules.path_of(model) in ("timesheets", "timeentries")


def _refuse_repeated(records: Records, model: model_rules.Model, row: Any, seen: set[tuple[str, str]]) -> None:
    if records.dialect.repeated_items != "refuse" or not isinstance(row, dict):
        return
    for key in model.KEYS:
        if row.get(key):
            mine = (key, str(row[key]))
            if mine in seen:
                raise duplicated(key)
            seen.add(mine)
            return


def _upsert_row(records: Records, model: model_rules.Model, row: Any, outcome: Outcome) -> None:
    if not isinstance(row, dict):
        raise ApiError(BAD_REQUEST, "item must be an object")
    old = matching.match(records, model, row)
    if old is None:
        outcome.created.append(_keys_of(model, records.create(model, row, bulk=True)))
        return
    new, changed = records.update(model, old, row, bulk=True)
    if changed:
        outcome.updated.append(_keys_of(model, new))
    else:
        outcome.unchanged += 1


def _keys_of(model: model_rules.Model, document: model_rules.Document) -> model_rules.Document:
    keys = ("_id", "sourceId", model.external_key(), *(("email",) if model_rules.path_of(model) == "users" else ()))
    return {key: document[key] for key in keys if document.get(key)}


def _note(records: Records, model: model_rules.Model, row: Any, refusal: ApiError, outcome: Outcome) -> None:
    key = "updatedErrors" if refusal.updating else "createdErrors"
    if refusal.reason is Reason.PERMISSION:
        key = "permissionErrors"
    elif refusal.reason is Reason.VALUE and _has_validation_errors(records, model):
        key = "validationErrors"
    outcome.errors[key].append(_error_item(records, model, row, refusal))


def _error_item(records: Records, model: model_rules.Model, row: Any, refusal: ApiError) -> Any:
    if records.dialect.item_errors == "text":
        return refusal.message
    keys = {key: row[key] for key in model.KEYS if row.get(key)} if isinstance(row, dict) else {}
    return {"message": refusal.message, **keys}


def duplicate_entries(records: Records, model: model_rules.Model, body: Any) -> tuple[int, dict[str, Any]]:
    """Copies time entries; ids that do not exist are skipped."""
    ids = body.get("ids") if isinstance(body, dict) else None
    if not isinstance(ids, list):
        raise ApiError(BAD_REQUEST, "Missing required: ids")
    records.permit(model, Verb.CREATE)
    found = [records.store.get("timeentries", str(each)) for each in ids]
    outcome = Outcome(created=[_keys_of(model, records.create(model, each)) for each in found if each])
    return outcome.status, outcome.envelope()
