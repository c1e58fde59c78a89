"""All companies by name, external id, source id and domain: one look-up for any number of references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.reading import Query, list_all_companies, read_list
from RPA.Planhat.operations.rows.identity import comparable_name, key_text
from RPA.Planhat.operations.rows.kinds import domain
from RPA.Planhat.text.messages import NEAR, near_matches, suggestion
from RPA.Planhat.types import Company, PlanhatIdType, PlanhatObjectList
from RPA.Planhat.types.fields import split_reference

if TYPE_CHECKING:
    from RPA.Planhat.session import PlanhatSession

NAMED = 5
"""Companies that a message names."""

HINTS = 20
"""Names that are compared with those of all companies, in one table."""


class _Listed(Company):
    """A company in the cache of a session, read with its domains or without."""


class _WithDomains(_Listed):
    """The same, with domains."""


class CompanyIndex:
    """All companies, found by what people call them.

    Args:
        session: The connection. What is read stays in its cache until the next write.
    """

    def __init__(self, session: PlanhatSession) -> None:
        self._session = session
        self._tables: dict[str, dict[str, list[Company]]] = {}
        self._read: set[type[_Listed]] = set()
        self._hints: dict[str, str] = {}

    def find(self, key: str, value: Any) -> list[Company]:
        """Returns the companies with a value.

        Args:
            key: `name`, `external_id`, `source_id`, `domain`, or `id`.
            value: The value; case does not matter in names and domains.
        """
        return self._by(key).get(_comparable(key, value), [])

    def listed(self) -> PlanhatObjectList[Company]:
        """Returns all companies with their ids and names, as they were read already if they were."""
        return self._companies(_WithDomains if _WithDomains in self._session.cache else _Listed)

    def refresh(self) -> bool:
        """Forgets lists that were read before this index was made, and tells whether there was one.

        Who finds nothing looks once more then: somebody else may have made the company meanwhile.
        """
        older = [kind for kind in (_Listed, _WithDomains) if kind in self._session.cache and kind not in self._read]
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
        for company in self._companies(_WithDomains if key == "domain" else _Listed):
            values = company.domains if key == "domain" else [company.get(company.field(key).key)]  # type: ignore[union-attr]
            for value in dict.fromkeys(_comparable(key, each) for each in values if each):
                table.setdefault(value, []).append(company)
        return table

    def _companies(self, kind: type[_Listed]) -> PlanhatObjectList[Company]:
        cache = self._session.cache
        if kind not in cache:
            self._read.add(kind)
            wanted = Query(properties=["_id", "name", "externalId", "sourceId", "domains"])
            domains = kind is _WithDomains
            cache[kind] = read_list(self._session, Company, wanted) if domains else list_all_companies(self._session)
        return cache[kind]


def _comparable(key: str, value: Any) -> str:
    """Planhat may change the case of names; ids of other systems can differ in it alone."""
    return key_text(value) if key in ("external_id", "source_id") else comparable_name(value)
