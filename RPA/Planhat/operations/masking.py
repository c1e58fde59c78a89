"""Stable invented values in place of names, addresses, telephone numbers and notes.

The same value always gets the same replacement, in every model and every run with one token, so that references by
name or e-mail address still meet. Nothing leads back: replacements are made of a keyed hash.
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from RPA.Planhat.types import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from RPA.Planhat.types import PlanhatObject

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
"""Ids of other systems: digits in them are no telephone numbers."""

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
"""Models whose `name` says what something is, not whose it is."""


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
        """Replaces the e-mail addresses and links in a text."""
        text = LINK.sub(lambda found: f"https://{self.domain(found[0])}", text)
        return EMAIL.sub(lambda found: self.email(found[0]), text)

    def scrub(self, text: str) -> str:
        """Replaces what identifies people within a text that stays otherwise."""
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
