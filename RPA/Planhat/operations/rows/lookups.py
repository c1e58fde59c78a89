"""Records by what people know of them: a company by name or domain, a user by e-mail address, any by a unique field.

Each model is listed once, before anything is sent; plans and dry runs look up the same.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatError, PlanhatPermissionError, PlanhatValidationError
from RPA.Planhat.operations.reading import Query, list_all_companies, read_list
from RPA.Planhat.operations.references import PLANHAT_ID, PREFIXED, ids_in, reference_of
from RPA.Planhat.operations.rows.identity import PERSON, comparable_name, comparer, key_text, name_of, owner_key
from RPA.Planhat.operations.rows.kinds import domain, email_address
from RPA.Planhat.text.messages import NEAR, did_you_mean, first_line, near_matches, suggestion, with_article
from RPA.Planhat.types import Company, Enduser, PlanhatIdType, PlanhatObject, User
from RPA.Planhat.types.base import LABELS
from RPA.Planhat.types.fields import split_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from RPA.Planhat.operations.rows.comparing import Change
    from RPA.Planhat.session import PlanhatSession

LOGGER = logging.getLogger("RPA.Planhat")

NAMED = 5
"""Records that a message names."""

HINTS = 20
"""Names that are compared with those of all companies, in one table."""

MOST_NAMES = 100_000
"""Names of changed records that a plan keeps, where its rows do not have them; others are named by their keys."""


class _IndexedCompany(Company):
    """A company of an index, in the cache of a session."""


class _IndexedWithDomains(_IndexedCompany):
    """The same, with domains."""


class CompanyIndex:
    """All companies, found by what people call them.

    Args:
        session: The connection. What is read stays in its cache until the next write.
    """

    def __init__(self, session: PlanhatSession) -> None:
        self._session = session
        self._tables: dict[str, dict[str, list[Company]]] = {}
        self._read: set[type[_IndexedCompany]] = set()
        self._hints: dict[str, str] = {}
        self._found: set[str] = set()
        self._may_read = True

    def find(self, key: str, value: Any) -> list[Company]:
        """Returns the companies with a value.

        Args:
            key: `name`, `external_id`, `source_id`, `domain`, or `id`.
            value: The value; case does not matter in names and domains.
        """
        return self._by(key).get(_comparable(key, value), [])

    def has(self, reference: str) -> bool:
        """Returns whether there is a company with an id of any kind, or with the domain of `@domain`.

        Where the token may not read companies, there may be one.
        """
        if reference in self._found or not self._may_read:
            return True
        kind, value = split_reference(reference)
        key, value = ("domain", reference[1:]) if reference.startswith("@") else (kind.field, value)
        try:
            found = bool(value) and bool(self.find(key, value) or (self.refresh() and self.find(key, value)))
        except PlanhatPermissionError as problem:
            LOGGER.info("Companies of records are not checked: %s", first_line(problem))
            self._may_read = False
            return True
        if found:
            self._found.add(reference)  # most rows of a table are of companies that others have, too
        return found

    def of_domain(self, email: str) -> str:
        """Returns the Planhat id of the company to which the domain of an e-mail address belongs, if there is one."""
        return next((each.id for each in self.find("domain", email.rpartition("@")[2])), "")

    def problem_of(self, model: type[PlanhatObject], row: Mapping[str, Any], *, is_new: bool) -> str:
        """Returns in words that a record would belong to no company that there is; nothing if all is well.

        Args:
            model: The model.
            row: What is sent of it.
            is_new: Whether it would be a new record.
        """
        if model.OPEN:
            return ""
        owner, several = row.get(owner_key(model)), row.get("companyIds")
        for given in (owner, *(several if isinstance(several, list) else ())):
            if isinstance(given, str) and given and not self.has(given):
                return f"there is no company {given}."
        domain_of = "@" + str(row.get("email") or "").rpartition("@")[2]
        if is_new and issubclass(model, Enduser) and not owner and not self.has(domain_of):
            return "an enduser needs company_id, unless the domain of its e-mail address is one of a company's."
        return ""

    def listed(self) -> list[Company]:
        """Returns all companies with their ids and names, as they were read already if they were."""
        return self._companies(_IndexedWithDomains if _IndexedWithDomains in self._session.cache else _IndexedCompany)

    def refresh(self) -> bool:
        """Forgets lists that were read before this index was made, and tells whether there was one.

        Who finds nothing looks once more then: somebody else may have made the company meanwhile.
        """
        older = [
            kind
            for kind in (_IndexedCompany, _IndexedWithDomains)
            if kind in self._session.cache and kind not in self._read
        ]
        for kind in older:
            del self._session.cache[kind]
            self._read.add(kind)
        if older:
            self._tables.clear()
        return bool(older)

    def id_of(self, key: str, value: Any) -> str:
        """Returns the Planhat id of the one company with a value; a domain may come as an address or a web site.

        Raises:
            PlanhatValidationError: If there is not exactly one; the message names them.
        """
        if key == "domain":
            value = domain(str(value).rpartition("@")[2])
        found = self.find(key, value)
        if not found and self.refresh():
            found = self.find(key, value)
        if len(found) == 1:
            return found[0].id
        what = f"with {key.replace('_', ' ')} {value!r}"
        if not found:
            hint = self.near(str(value)) if key == "name" else ""
            raise PlanhatValidationError(f"There is no company {what}.{hint}")
        named = ", ".join(f"{each.name} ({each.id})" for each in found[:NAMED])
        raise PlanhatValidationError(f"There are {len(found)} companies {what}: {named}. Refer to one by its id.")

    def near(self, name: str) -> str:
        """Returns the question whether a company of a similar name was meant, or nothing.

        Only the first names get one: comparing with all companies takes its time, and a table may have many rows.
        """
        if name not in self._hints and len(self._hints) < HINTS:
            self._hints[name] = self._near(name)
        return self._hints.get(name, "")

    def _near(self, name: str) -> str:
        names = [each.name for found in self._by("name").values() for each in found[:1]]
        word = f" {_comparable('name', name)} "
        longer = [each for each in names if word in f" {_comparable('name', each)} "]
        return suggestion([*longer, *near_matches(name, names)][:NEAR])

    def resolve(self, reference: str) -> str:
        """Returns the Planhat id of a company for `extid-…` and `srcid-…`; any other text as it is.

        Raises:
            PlanhatValidationError: If there is no such company.
        """
        kind, value = split_reference(reference)
        return reference if kind is PlanhatIdType.PLANHAT_ID else self.id_of(kind.field, value)

    def _by(self, key: str) -> dict[str, list[Company]]:
        if key not in self._tables:
            self._tables[key] = self._table(key)
        return self._tables[key]

    def _table(self, key: str) -> dict[str, list[Company]]:
        table: dict[str, list[Company]] = {}
        for company in self._companies(_IndexedWithDomains if key == "domain" else _IndexedCompany):
            values = company.domains if key == "domain" else [company.get(company.field(key).key)]  # type: ignore[union-attr]
            for value in dict.fromkeys(_comparable(key, each) for each in values if each):
                table.setdefault(value, []).append(company)
        return table

    def _companies(self, kind: type[_IndexedCompany]) -> list[Company]:
        cache = self._session.cache
        if kind not in cache:
            self._read.add(kind)
            wanted = Query(properties=["_id", "name", "externalId", "sourceId", "domains"])
            domains = kind is _IndexedWithDomains
            cache[kind] = read_list(self._session, Company, wanted) if domains else list_all_companies(self._session)
        planned = self._session.planned_companies
        if not planned:
            return cache[kind]
        found = {each.id: dict(each) for each in cache[kind]}
        for own_id, changes in planned.items():
            found[own_id] = {} if changes is None else {**found.get(own_id, {}), **changes}
        return [Company(each) for each in found.values() if each]


def plan_companies(session: PlanhatSession, rows: Iterable[Mapping[str, Any]]) -> None:
    """Notes companies that a dry run would have stored, with their ids: later records of the run may belong to them."""
    planned = session.planned_companies
    for row in rows:
        changes = {key: row[key] for key in ("_id", "name", "externalId", "sourceId") if row.get(key)}
        domains = {"domains": row["domains"]} if isinstance(row.get("domains"), list) else {}
        planned[row["_id"]] = {**(planned.get(row["_id"]) or {}), **changes, **domains}


def _comparable(key: str, value: Any) -> str:
    """Planhat may change the case of names; ids of other systems can differ in it alone."""
    return key_text(value) if key in ("external_id", "source_id") else comparable_name(value)


class Lookups:
    """Finds the Planhat ids of records that rows refer to.

    Args:
        session: The connection. What is listed stays in its cache until the next write.
    """

    def __init__(self, session: PlanhatSession) -> None:
        self._session = session
        self._tables: dict[tuple[type[PlanhatObject], str], dict[str, list[str]]] = {}

    def resolve(self, model: type[PlanhatObject], reference: str) -> str | None:
        """Returns the Planhat id that a reference means: an id, an e-mail address, `extid-…` or `srcid-…`.

        Returns:
            Nothing if the text is none of these.

        Raises:
            PlanhatValidationError: If there is no such record, or more than one.
        """
        kind, value = split_reference(reference)
        if kind is not PlanhatIdType.PLANHAT_ID:
            if model.field(model.key_of(kind)) is None:
                raise PlanhatValidationError(
                    f"{model.PLURAL} have no {kind.label}: {reference!r} refers to none of them."
                )
            return self.id_of(model, model.key_of(kind), value)
        if "@" in reference and model.field("email") is not None:
            return self.id_of(model, "email", reference)
        return reference if PLANHAT_ID.fullmatch(reference) else None

    def id_of(self, model: type[PlanhatObject], key: str, value: Any) -> str:
        """Returns the Planhat id of the one record with a value.

        Args:
            model: The model.
            key: The key of the field, in Planhat's spelling.
            value: The value.

        Raises:
            PlanhatValidationError: If there is no such record, or more than one; the message names near ones.
        """
        known = model.field(key)
        name = known.name if known is not None else key
        if (model, key) not in self._tables:
            self._tables[model, key] = self._table(model, key)
        table = self._tables[model, key]
        wanted = email_address(name, value) if key == "email" and "@" in str(value) else value
        found = table.get(comparer(model, key)(wanted), [])
        if len(found) == 1:
            return found[0]
        what = f"with {name.replace('_', ' ')} {str(value)!r}"
        if not found:
            raise PlanhatValidationError(f"There is no {model.SINGULAR} {what}.{did_you_mean(str(value), table)}")
        ids = ", ".join(found[:NAMED])
        raise PlanhatValidationError(f"There are {len(found)} {model.PLURAL} {what}: {ids}. Refer to one by its id.")

    def _table(self, model: type[PlanhatObject], key: str) -> dict[str, list[str]]:
        compare = comparer(model, key)
        table: dict[str, list[str]] = {}
        for record in self._records(model, key):
            value = dict.get(record, key)
            for each in value if isinstance(value, list) else [value]:
                if each not in (None, ""):
                    table.setdefault(compare(each), []).append(record.id)
        return table

    def _records(self, model: type[PlanhatObject], key: str) -> list[Any]:
        """Returns all records with their keys and labels; of another field, with it."""
        usual = [each for each in (*model.KEYS, *LABELS, *(PERSON if model is User else ())) if model.field(each)]
        listed = _listed(model)
        if key not in usual:
            return read_list(self._session, model, Query(properties=["_id", key]))
        if listed not in self._session.cache:
            self._session.cache[listed] = read_list(self._session, model, Query(properties=["_id", *usual]))
        return self._session.cache[listed]

    def names_of(self, model: type[PlanhatObject], ids: set[str]) -> dict[str, str]:
        """Returns what people call records, by their ids, as far as it is known.

        Users and companies are listed, once, unless they are already; other models are too large for that.
        """
        if issubclass(model, Company):
            records: Iterable[Any] = CompanyIndex(self._session).listed()
        elif model is User or _listed(model) in self._session.cache:
            records = self._records(model, "_id")
        else:
            return {}
        return {each.id: name for each in records if each.id in ids and (name := name_of(each))}


class Names:
    """What people call the records whose ids are in a plan or a report. Where a name is not known, the id is alone.

    Args:
        model: The model of the rows.

    Attributes:
        known: Names by Planhat id.
    """

    def __init__(self, model: type[PlanhatObject]) -> None:
        self.known: dict[str, str] = {}
        self._model = model
        self._wanted: dict[type[PlanhatObject], set[str]] = {}

    def want(self, values: Mapping[str, Any]) -> None:
        """Notes the ids in the fields of a row that refer to records, and in its custom fields, to people."""
        targets = _targets(self._model)
        for key in targets.keys() & values.keys():
            self._wanted.setdefault(targets[key], set()).update(_planhat_ids(values[key]))
        custom = values.get("custom")
        for value in custom.values() if isinstance(custom, dict) else ():
            self._want_people(value)

    def wanted(self, model: type[PlanhatObject]) -> set[str]:
        """Returns the ids of a model that were noted."""
        return self._wanted.get(model, set())

    def want_changed(self, changes: Mapping[str, Change]) -> None:
        """Notes the same of what a row changes."""
        targets = _targets(self._model)
        for key, values in changes.items():
            for value in values:
                if key in targets:
                    ids = {value} if targets[key] is Company and isinstance(value, str) else _planhat_ids(value)
                    self._wanted.setdefault(targets[key], set()).update(ids)
                elif key.startswith("custom."):
                    self._want_people(value)

    def _want_people(self, value: Any) -> None:
        if ids := _planhat_ids(value):
            self._wanted.setdefault(User, set()).update(ids)

    def add(self, record: PlanhatObject) -> None:
        """Notes the name of a record that a row changes."""
        if len(self.known) < MOST_NAMES and (name := name_of(record)):
            self.known[record.id] = name

    def read(self, session: PlanhatSession) -> None:
        """Reads the names of all ids that were noted. A token that may not read them makes nothing fail."""
        lookups = Lookups(session)
        for model, ids in self._wanted.items():
            missing = ids - self.known.keys()
            try:
                self.known |= lookups.names_of(model, missing) if missing else {}
            except PlanhatError as problem:
                LOGGER.info("Ids of %s stay without names: %s", model.PLURAL, first_line(problem))
        self._wanted.clear()

    def of(self, value: Any) -> str:
        """Returns the name of a reference, with commas of several; empty where none is known."""
        return ", ".join(self.known[each] for each in _planhat_ids(value) if each in self.known)

    def shown(self, value: Any) -> str:
        """Returns a value as people read it: `Nora Lind (61f…)` for a reference, `nothing` for an empty one."""
        if value is None:
            return "nothing"
        if isinstance(value, list):
            return ", ".join(map(self.shown, value)) if value else "nothing"
        name, ids = self.of(value), _planhat_ids(value)
        return f"{name} ({ids[0]})" if name else ids[0] if ids else str(value)


def _planhat_ids(value: Any) -> list[str]:
    """Returns the Planhat ids that a value is or has."""
    return [each for each in ids_in(value) if isinstance(each, str) and PLANHAT_ID.fullmatch(each)]


@cache
def _targets(model: type[PlanhatObject]) -> dict[str, type[PlanhatObject]]:
    """Returns the models that the fields of a model refer to, by key."""
    found = ((known.key, reference_of(model, known.name)) for known in model.known_fields().values())
    return {key: target[1] for key, target in found if target is not None}


@cache
def _listed(model: type[PlanhatObject]) -> type[PlanhatObject]:
    """Returns the key of the list of a model in the cache of a session, where it is not whole records."""
    return type(f"_Listed{model.__name__}", (model,), {"__slots__": ()})


def takes_reference(name: str, model: type[PlanhatObject], value: str) -> str:
    """Returns in words how a record is referred to, when a value does not refer to one."""
    ids = [f"{kind.value}…" for kind in PREFIXED if model.field(model.key_of(kind))]
    ways = ["a Planhat id", *(["an e-mail address"] if model.field("email") else []), *ids]
    listed = f"{', '.join(ways)}, or a record"
    return f"{name} refers to {with_article(model.SINGULAR)}: give {listed}; {value!r} is none of these."
