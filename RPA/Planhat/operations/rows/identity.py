"""Keys of records: which a model has, where each is unique, how each compares, and which record a row means by them.

Source ids are unique for a model. External ids are unique among companies; of all other models within one company
only. An e-mail address is a key of endusers and users, but several of them may share one.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from html import unescape
from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.errors import (
    PlanhatAuthFailedError,
    PlanhatBadRequestError,
    PlanhatNotFoundError,
    PlanhatValidationError,
)
from RPA.Planhat.operations.input.formats import SHIELDED
from RPA.Planhat.operations.input.headings import ERRORS
from RPA.Planhat.operations.reading import Query, company_id_of, list_all_companies, read_all_pages, read_one
from RPA.Planhat.operations.references import PLANHAT_ID, reference_text
from RPA.Planhat.text.messages import with_article
from RPA.Planhat.text.parsing import QUOTES, UNSEEN, casefold, normalize_name, trim
from RPA.Planhat.types import PlanhatIdType, PlanhatObject, Ticket, Verb
from RPA.Planhat.types.base import LABELS, label_of
from RPA.Planhat.types.fields import split_reference

if TYPE_CHECKING:
    from RPA.Planhat.session import PlanhatSession

LOGGER = logging.getLogger("RPA.Planhat")

P = TypeVar("P", bound=PlanhatObject)

TENANT_WIDE_KEYS = ("_id", "sourceId")
"""Keys that tell a record apart without its company."""

OWNER_KEYS = ("companyId", "cId")
"""The keys under which records name their company."""

OTHER_IDS = (PlanhatIdType.EXTERNAL_ID.value, PlanhatIdType.SOURCE_ID.value)
"""The prefixes of references by an id of another system."""

LOWER_CASE = frozenset({"_id", "email"})
"""Keys in which case does not matter. In ids of a CRM, such as Salesforce, it does."""

_NO_IDS = (
    "null nan nil nat n/a n.a. <na> (null) (none) (blank) (empty) (leer) (vide) undefined \\n - -- --- "
    "\u2013 \u2014 \u2212 ? . ... \u2026 _ #"
)
NO_IDS = frozenset([*_NO_IDS.split(), "(no value)", "[object object]"])
"""What programs write in the place of an id that is not there, without case."""

_BEGINS_WITH_SIGN = re.compile(r"\n[^A-Za-z0-9]")
_MAY_BE_NONE = re.compile(r"\n[^A-MO-TV-Za-mo-tv-z0-9]")
"""Finds among lines of ids one that may be none: those of `NO_IDS` begin with N, with U, or with a sign."""
_PRINTABLE = bytes(range(ord(" "), ord("~") + 1))

SHORTENED = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+")
"""A number of many digits, as spreadsheets save it: 1.23457E+11."""

INVISIBLE = re.compile(f"[{UNSEEN}]")

JOINERS = "\u200c\u200d"
"""Characters without width that are part of a name: of joined emoji, and of Persian words."""

PERSON = ("firstName", "lastName", "nickName")
"""Keys by which people know a user, who has no `name`."""

CASE_INSENSITIVE = LOWER_CASE | {"name", "firstName", "lastName"}
"""Fields whose case Planhat may change when it stores them."""


def name_of(record: dict[str, Any]) -> str:
    """Returns what people call a record: a user by first and last name, others by name, title, subject or action."""
    name = dict.get(record, "name")
    if name:
        return str(name)
    first, last, nick = map(dict.get, (record,) * len(PERSON), PERSON)
    whole = " ".join(map(str, filter(None, (first, last))))
    return whole or label_of(record) or str(nick or dict.get(record, "action") or "")


def strongest_key(model: type[PlanhatObject], payload: Mapping[str, Any]) -> str:
    """Returns the key that Planhat matches a row by, such as `externalId`; empty without one."""
    for key in model.KEYS:
        if payload.get(key):
            return key
    return ""


def key_with_value(model: type[PlanhatObject], payload: Mapping[str, Any]) -> str:
    """Returns the strongest key of a row with its value, such as `externalId=A-1`; empty without one."""
    key = strongest_key(model, payload)
    return f"{key}={payload[key]}" if key else ""


def is_unique(key: str) -> bool:
    """Returns whether sending a row with this key as its strongest one twice meets the same record."""
    return bool(key) and key not in PlanhatObject.SHARED_KEYS


@cache
def ids_of(model: type[PlanhatObject]) -> frozenset[str]:
    """Returns the keys of a record's own ids. Spaces around an id never mean another record, so they are removed."""
    return frozenset([*model.KEYS, "sourceId", model.external_key()])


def needs_owner(model: type[PlanhatObject], key: str) -> bool:
    """Returns whether a key tells a record apart only together with its company."""
    return key not in TENANT_WIDE_KEYS and bool(owner_key(model))


def key_text(value: Any) -> str:
    """Returns an id or an address as it is stored: whole numbers without decimals, NFC, nothing invisible around it.

    Files from macOS spell accents as letters of their own, spreadsheets give ids as `1002.0`, and copied addresses
    bring along spaces and characters without width.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return trim(str(value))


def require_visible(name: str, text: str, but: str = "") -> None:
    """Refuses a string that tells records apart and has something in it that nobody can see, or that was lost.

    Args:
        name: The field.
        text: The string.
        but: Characters that may be in it all the same.

    Raises:
        PlanhatValidationError: If there is one.
    """
    if text.isascii() and text.isprintable():
        return
    found = next((each for each in INVISIBLE.findall(text) if each not in but), None)
    if found is not None:
        shown = text.encode("ascii", "backslashreplace").decode()
        raise PlanhatValidationError(f"{name} contains U+{ord(found):04X}, a character that nobody can see: '{shown}'.")


def own_id(name: str, value: Any) -> str:
    """Returns an id of another system as it is stored.

    Args:
        name: The field.
        value: The id.

    Raises:
        PlanhatValidationError: If other programs write this for no value, or have damaged it: the next run would not
            find the record again, or several rows would mean one record.
    """
    text = key_text(value)
    if are_plain_ids([text]):
        return text
    if text.casefold() in NO_IDS or (text[:1] == "#" and text in ERRORS):
        raise PlanhatValidationError(f"{name} is {text!r}, a placeholder for no value. Leave the cell empty.")
    if SHORTENED.fullmatch(text):
        raise PlanhatValidationError(
            f"{name} is {text!r}: a spreadsheet shortened the number, and its digits are lost."
        )
    if text.startswith("=") or SHIELDED.match(text):
        raise PlanhatValidationError(f"{name} is {text!r}, as it is written for a spreadsheet. Give the id itself.")
    if len(text) > 1 and text[0] in QUOTES and text[-1] in QUOTES:
        raise PlanhatValidationError(f"{name} is within quotation marks: {text}. Remove them.")
    require_visible(name, text)
    return text


def are_plain_ids(ids: list[str]) -> bool:
    """Returns whether ids are stored as they are, as far as that can be seen of all at once."""
    text = "\n".join(("", *ids, ""))
    if not text.isascii() or text.encode().translate(None, _PRINTABLE) != b"\n" * (len(ids) + 1):
        return False
    if " \n" in text or ("+" in text and "e+" in text.lower()):
        return False
    if _MAY_BE_NONE.search(text) is None:
        return True
    return _BEGINS_WITH_SIGN.search(text) is None and NO_IDS.isdisjoint(map(str.lower, ids))


def comparable(key: str, value: Any) -> str:
    """Returns the text by which two values of a key are the same.

    Args:
        key: Planhat's key.
        value: The value.
    """
    text = key_text(value)
    return text.lower() if key in LOWER_CASE else text


def comparable_name(value: Any) -> str:
    """Returns the text by which two names, or values of any other field that tells records apart, are the same."""
    return casefold(key_text(value))


def comparable_names(values: list[Any]) -> list[str | None]:
    """Returns `comparable_name` of many values, and `None` for empty ones; of plain strings all at once."""
    if set(map(type, values)) == {str}:
        # Between two spaces, the separator shows whether a value begins or ends with one, or is empty.
        joined = _SEPARATOR.join(values).lower()
        has_own = joined.count("\0") >= len(values)
        if joined and joined.isascii() and not has_own and " ".join(joined.split()) == joined:
            return [*joined.split(_SEPARATOR)]
    return [None if value in (None, "", []) else comparable_name(value) for value in values]


_SEPARATOR = " \0 "


def comparer(model: type[PlanhatObject], key: str) -> Callable[[Any], str]:
    """Returns the function by which values of a field compare: that of keys, or that of names."""
    if key in model.KEYS:
        return lambda value: comparable(key, value)
    return comparable_name


def other_than_sent(model: type[PlanhatObject], sent: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    """Returns in words which id of ours in the answer to a create is not the one that was sent; empty if none.

    Over a connection, an answer that came late or too often looks like that to the next request. Planhat may write
    ids in its own way: case, spaces and the form of accents never make another record of one. Neither does an answer
    whose `_id` is none of Planhat's, as those of test doubles.
    """
    for key, own, found in _in_both(ids_of(model) - LOWER_CASE, sent, answer):
        if comparable_name(own) != comparable_name(found):
            return f"{key} is {found!r}, and not {own!r}"
    return ""


def other_name_than_sent(model: type[PlanhatObject], sent: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    """Returns in words how the answer to a create calls the record, if no id shows whose it is; empty if as was sent.

    This proves nothing, since Planhat may write names in its own way: case, spaces, punctuation, HTML, and names that
    are cut are nothing to speak of.
    """
    if _in_both(ids_of(model) - LOWER_CASE, sent, answer):
        return ""
    both = _in_both(["email", *LABELS, *PERSON, "action"], sent, answer)
    plain = [(normalize_name(str(own)), normalize_name(unescape(str(found)))) for _, own, found in both]
    if not both or any(own in found or found in own for own, found in plain):
        return ""
    key, own, found = both[0]
    return f"{key} is {found!r}, and not {own!r}"


def _in_both(keys: Iterable[str], sent: Mapping[str, Any], answer: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Returns what was sent and what was answered, for keys that both have; nothing of an answer of a test double."""
    if not PLANHAT_ID.fullmatch(str(value_of(answer, "_id"))):
        return []
    found = [(key, sent.get(key), value_of(answer, key)) for key in keys]
    return [each for each in found if each[1] and each[2]]


def identities(model: type[PlanhatObject], row: Mapping[str, Any], more: Sequence[str] = ()) -> list[str]:
    """Returns what tells which record a row means, the strongest first; with the company where a key needs it.

    Args:
        model: The model.
        row: A row, or a record, by Planhat's keys.
        more: Further fields, beside those that Planhat matches by; case does not matter in them.
    """
    owner = f" {owner_of(row)}" if owner_key(model) else ""
    found = [
        f"{key}={comparable(key, value)}{'' if key in TENANT_WIDE_KEYS else owner}"
        for key in model.KEYS
        if (value := value_of(row, key))
    ]
    if not more:
        return found
    found += [f"{key}={comparable_name(value)}{owner}" for key in more if (value := value_of(row, key))]
    return list(dict.fromkeys(found))


def value_of(row: Mapping[str, Any], key: str) -> Any:
    """Returns a value of a row; a record would take note of being asked."""
    return dict.get(row, key) if isinstance(row, dict) else row.get(key)


def owner_key(model: type[PlanhatObject]) -> str:
    """Returns the key under which records of a model name their company; empty if they belong to none."""
    for key in OWNER_KEYS:
        if model.field(key) or model.OPEN:
            return key
    return ""


def owner_of(row: Mapping[str, Any]) -> str:
    """Returns the company of a row or a record, as it names it."""
    owner = next((row[key] for key in OWNER_KEYS if row.get(key)), "")
    return key_text(owner.get("_id") if isinstance(owner, Mapping) else owner)


def ways_of_naming(rows: Sequence[dict[str, Any]], key: str) -> set[str]:
    """Returns the ways in which rows name their companies: `extid-`, `srcid-`, `_id`, and `` for those that do not."""
    try:
        owners = set(map(dict.get, rows, repeat(key)))
    except TypeError:  # objects with the id
        owners = set(map(owner_of, rows))
    return {next(filter(str(each).startswith, OTHER_IDS), "_id") if each else "" for each in owners}


def owner_ids(session: PlanhatSession, references: Iterable[str]) -> dict[str, str]:
    """Returns the Planhat ids of companies by other ids. Several are looked up together.

    Args:
        session: The connection.
        references: Ids of any kind; Planhat ids, and those of companies that Planhat does not have, are left out.
    """
    others = {each for each in references if each.startswith(OTHER_IDS)}
    ids: dict[str, str] = {}
    if len(others) > 1:
        for company in list_all_companies(session):
            ids[PlanhatIdType.EXTERNAL_ID.written(company.external_id)] = company.id
            ids[PlanhatIdType.SOURCE_ID.written(company.source_id)] = company.id
    for reference in others - ids.keys():
        with suppress(PlanhatNotFoundError):
            ids[reference] = company_id_of(session, reference)
    return ids


def known_owner_ids(session: PlanhatSession, references: Iterable[str]) -> dict[str, str]:
    """Returns the same, as far as the token may read companies."""
    try:
        return owner_ids(session, references)
    except (PlanhatAuthFailedError, PlanhatNotFoundError) as problem:
        LOGGER.info("Companies of rows are not compared, since they cannot be read: %s", problem)
        return {}


def with_owner(row: dict[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """Returns a row with its company by Planhat id, where that is known, as records name it."""
    key = next((key for key in OWNER_KEYS if str(row.get(key)) in ids), "")
    return {**row, key: ids[str(row[key])]} if key else row


def without_owner(row: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a row without its company."""
    return {key: value for key, value in dict(row).items() if key not in OWNER_KEYS}


def may_own(wanted: str, record: Mapping[str, Any]) -> bool:
    """Returns whether a record is one of a company; either may be silent about it."""
    has = owner_of(record)
    return not wanted or not has or wanted == has


def kind_of(model: type[PlanhatObject], payload: Mapping[str, Any]) -> PlanhatIdType | None:
    """Returns the strongest kind of id by which the record of a row can be read, if it has one."""
    kinds = model.READ_BY if Verb.GET in model.VERBS else ()
    return next((kind for kind in kinds if payload.get(model.key_of(kind))), None)


def read_own(session: PlanhatSession, model: type[P], payload: Mapping[str, Any], kind: PlanhatIdType) -> P:
    """Returns the record that a row means by one of its ids.

    Raises:
        PlanhatNotFoundError: If Planhat does not have it, or not its company.
        PlanhatError: If that cannot be found out.
    """
    value, owner = str(payload[model.key_of(kind)]), owner_of(payload)
    try:
        found = read_one(session, model, value, kind)
    except PlanhatBadRequestError:  # as one that several companies have
        if kind is not PlanhatIdType.EXTERNAL_ID or not owner:
            raise
    else:
        if kind is not PlanhatIdType.EXTERNAL_ID or may_own(owner_ids(session, [owner]).get(owner, owner), found):
            return found
    return _read_of_company(session, model, owner, value)


def _read_of_company(session: PlanhatSession, model: type[P], owner: str, external_id: str) -> P:
    """Looks for an external id among the records of one company."""
    key = model.external_key()
    for page in read_all_pages(session, model, Query([owner], [key])):
        for record in page:
            if str(record.get(key)) == external_id:
                return read_one(session, model, record.id)
    raise PlanhatNotFoundError(
        f"{PlanhatNotFoundError.HEADLINE}: no {model.SINGULAR} of the company {owner} with the external id "
        f"{external_id!r}."
    )


def key_of(model: type[PlanhatObject], name: str) -> str:
    """Returns Planhat's key of a field by which rows are to be the same.

    Raises:
        PlanhatValidationError: If there is no such field.
    """
    known = model.field(name)
    if known is None:
        raise PlanhatValidationError(
            f"{with_article(model.SINGULAR, first=True)} has no field {name!r} by which rows could be the same."
        )
    return known.key


def identity_columns(
    model: type[PlanhatObject], rows: Sequence[dict[str, Any]], more: Sequence[str] = ()
) -> dict[str, list[str]]:
    """Returns what `identities` does for many rows, by key, the strongest first; empty for rows that lack the key."""
    owners = [f" {owner_of(row)}" for row in rows] if owner_key(model) else None
    columns: dict[str, list[str]] = {}
    for place, key in enumerate((*model.KEYS, *more)):
        values = list(map(dict.get, rows, repeat(key)))
        if not any(values):
            continue
        alike = comparable_name if place >= len(model.KEYS) else None
        texts = _comparables(key, values, alike)
        if owners is None or (key in TENANT_WIDE_KEYS and alike is None):
            column = [text and f"{key}={text}" for text in texts]
        else:
            column = [text and f"{key}={text}{owner}" for text, owner in zip(texts, owners, strict=True)]
        if column not in columns.values():
            columns[key if alike is None else f"{key} "] = column
    return columns


def _comparables(key: str, values: list[Any], alike: Callable[[Any], str] | None) -> list[str]:
    """Returns `comparable` of many values; of plain ones all at once."""
    if alike is None and set(map(type, values)) == {str} and "".join(values).isascii():
        texts = list(map(str.strip, values))
        return list(map(str.lower, texts)) if key in LOWER_CASE else texts
    if alike is None:
        return [comparable(key, value) if value else "" for value in values]
    return [alike(value) if value else "" for value in values]


def planhat_id_of(
    session: PlanhatSession, model: type[PlanhatObject], reference: Any, kinds: Sequence[PlanhatIdType] = ()
) -> str:
    """Returns a reference that Planhat takes for what is to be done: by its own id, where it takes no other.

    Args:
        session: The connection.
        model: The model.
        reference: An id of any kind, or a record.
        kinds: Kinds of ids that Planhat takes as they are, beside its own.

    Raises:
        PlanhatNotFoundError: If Planhat has no such record.
        PlanhatValidationError: If several have the id, or the model has no such ids.
    """
    text = reference_text(reference)
    kind, value = split_reference(text)
    if kind is PlanhatIdType.PLANHAT_ID or kind in kinds or model.OPEN or Verb.LIST not in model.VERBS:
        return text
    if Verb.GET in model.VERBS and kind in model.READ_BY:
        return read_one(session, model, text).id
    key = model.key_of(kind)
    keys = ("sourceId", "externalId") if issubclass(model, Ticket) else (key,)  # lists show the one as the other
    known = [each for each in keys if model.field(each)]
    if not known:
        raise PlanhatValidationError(
            f"{text!r} cannot refer to {with_article(model.SINGULAR)}: {model.PLURAL} have no {kind.label}. "
            "Give the Planhat id, or a record."
        )
    found = [
        record.id
        for page in read_all_pages(session, model, Query(properties=known))
        for record in page
        if any(key_text(dict.get(record, each) or "") == value for each in keys)
    ]
    if len(found) > 1:
        raise PlanhatValidationError(f"{len(found)} {model.PLURAL} have the id {text}: refer to one by its Planhat id.")
    if not found:
        raise PlanhatNotFoundError(f"{PlanhatNotFoundError.HEADLINE}: there is no {model.SINGULAR} {text}.")
    return found[0]
