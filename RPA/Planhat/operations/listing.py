"""The calls by which a list is read: fields, sort order, companies, and what is done with the answers.

Ids for one query are bundled, so that its URL stays short. Rows are filtered, sorted and freed from twins here, where
Planhat does not do it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.errors import PlanhatUnexpectedContentError, PlanhatValidationError
from RPA.Planhat.operations.filters import Asked, Filter, explain_nothing, key_of
from RPA.Planhat.operations.paging import Prefetch, pages, place_behind
from RPA.Planhat.operations.rows.payloads import CUSTOM, value_at
from RPA.Planhat.text.messages import shortened
from RPA.Planhat.text.parsing import as_strings, require
from RPA.Planhat.types import PlanhatObject
from RPA.Planhat.types.encoding import encode_json, read_json
from RPA.Planhat.types.records import Selection, as_models

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import requests

    from RPA.Planhat.operations.where import Condition
    from RPA.Planhat.session import PlanhatSession

P = TypeVar("P", bound=PlanhatObject)

LONGEST_ID_LIST = 2000
"""Characters of ids in one query; longer lists make a URL that servers refuse."""

NO_LIST = "A list was expected. Nothing was read from this answer."


@dataclass(frozen=True)
class ListCalls:
    """The calls by which a list is read: what Planhat does for a query, and what is left to do here.

    Attributes:
        model: The model.
        params: The query parameters for what Planhat filters, each with one or more values.
        companies: The Planhat ids of the companies that Planhat restricts the list to; all of them with `None`.
        filters: What is filtered here.
        condition: The condition that is tested here.
        sort: Planhat's key to sort by; `-` in front for descending, nothing for the order of ids.
        keys: The fields to select; none when records come whole.
        plain: Whether rows stay plain dictionaries, which is half of the time for rows of a few fields.
        asked: What records show of what Planhat was asked to filter by.
    """

    model: type[PlanhatObject]
    params: dict[str, list[str]]
    companies: list[str] | None
    filters: list[Filter]
    condition: Condition | None
    sort: str
    keys: tuple[str, ...]
    plain: bool = False
    asked: tuple[Asked, ...] = ()

    @property
    def is_filtered(self) -> bool:
        """Whether rows are left out here, after reading."""
        return bool(self.filters or self.condition)

    def pages(self, session: PlanhatSession, limit: int | None = None, after: str = "") -> Iterator[list[Any]]:
        """Yields the records that match, in the order of ids; call by call where there are several."""
        left, count, found = limit, 0, False
        seen: set[Any] = set()
        calls = list(self._calls())
        for params in calls:
            wanted = None if self.is_filtered or (len(calls) > 1 and self.model.field("company_ids")) else left
            for page in self._pages_of(session, params, wanted, after):
                forget_older(session, self.model, page)
                rows = [row for row in page if self._matches(row)] if self.is_filtered else page
                if len(calls) > 1:
                    rows = [row for row in rows if dict.get(row, "_id") not in seen]
                    seen.update(dict.get(row, "_id") for row in rows)
                count, found = count + len(page), found or bool(rows)
                if not found:
                    for each in self.filters:
                        each.note(page)
                yield rows[:left]
                left = None if left is None else left - len(rows)
                if left is not None and left <= 0:
                    return
        if not found and count:
            explain_nothing(self.model, self.filters, count)

    def _pages_of(
        self, session: PlanhatSession, params: Mapping[str, str], wanted: int | None, after: str
    ) -> Iterator[list[Any]]:
        """Yields the pages of one call, without the records that Planhat was not asked for."""
        fetch = self._fetcher(session, {**params, "sort": "_id"}, wanted)
        what = self._list_of(params)
        start = place_behind(fetch, after, what) if after else 0
        before: set[Any] = set()
        for page in pages(fetch, self.model.PAGE.size, wanted, start, after, what=what):
            fitting = self._fitting(page)
            if wanted is not None and len(fitting) < len(page):
                # Planhat ignores a parameter: what is wanted may come behind the limit.
                for whole in self._pages_of(session, params, None, after):
                    yield [row for row in whole if dict.get(row, "_id") not in before]
                return
            if wanted is not None and self.asked:
                before.update(each for each in map(dict.get, page, repeat("_id")) if each)
            yield fitting

    def _fitting(self, rows: list[Any]) -> list[Any]:
        for each in self.asked:
            rows = each.fitting(rows)
        return rows

    def one_page(self, session: PlanhatSession, limit: int | None) -> list[Any] | None:
        """Returns the list as Planhat sorts it, if one page is surely all of it and in order; else nothing."""
        calls = list(self._calls())
        size = min(limit or self.model.PAGE.size, self.model.PAGE.size)
        if self.is_filtered or len(calls) != 1 or self.sort.lstrip("-").startswith(CUSTOM) or (limit or 0) > size:
            return None
        fetch = self._fetcher(session, {**calls[0], "sort": self.sort}, size)
        rows: list[Any] = fetch(0, size)
        if session.cache:
            forget_older(session, self.model, rows)
        twice = len({row.id for row in rows}) < len(rows)
        if twice or not self._is_in_order(rows) or len(self._fitting(rows)) < len(rows):
            return None
        if len(rows) == limit:
            return rows
        # Fewer rows than asked for prove nothing, since servers cap pages: nothing must follow the last one.
        if rows and (len(rows) in (1, size) or fetch(len(rows) - 1, 2) != rows[-1:]):
            return None
        return self.sorted(rows)

    def sorted(self, rows: list[Any]) -> list[Any]:
        """Returns rows in the order that is asked for; equal ones by `_id`."""
        key = self.sort.lstrip("-")
        by_id = sorted(rows, key=lambda row: str(dict.get(row, "_id", "")))
        return sorted(by_id, key=lambda row: rank(value_at(row, key)), reverse=self.sort.startswith("-"))

    def _is_in_order(self, rows: list[Any]) -> bool:
        """Returns whether Planhat sorted a page as asked, with capitals apart or not."""
        ranks = [rank(value_at(row, self.sort.lstrip("-"))) for row in rows]
        folded = [(kind, value.casefold() if isinstance(value, str) else value) for kind, value in ranks]
        return any(each == sorted(each, reverse=self.sort.startswith("-")) for each in (ranks, folded))

    def _calls(self) -> Iterator[dict[str, str]]:
        """Yields the query of each list call: one, or one for each bundle of companies or value of a parameter."""
        several: list[dict[str, str]] = [{}]
        for name, values in self.params.items():
            several = [{**params, name: value} for params in several for value in dict.fromkeys(values)]
        if self.companies is not None:
            together = list(bundles(self.companies, many=self.model.MANY_COMPANIES))
            name = str(self.model.COMPANY_PARAMETER)
            several = [{**params, name: bundle} for params in several for bundle in together]
        select = {"select": ",".join(self.keys)} if self.keys else {}
        yield from ({**params, **select} for params in several)

    def _list_of(self, params: Mapping[str, str]) -> str:
        """Returns how a message calls the list of one call: by its model and what it is restricted to."""
        asked = ", ".join(f"{name}={shortened(value)}" for name, value in params.items() if name != "select")
        return f"The list of {self.model.PLURAL}" + (f" with {asked}" if asked else "")

    def _matches(self, row: dict[str, Any]) -> bool:
        fits = all(each.matches(row) for each in self.filters)
        return fits and (self.condition is None or self.condition.matches(row))

    def _fetcher(self, session: PlanhatSession, params: Mapping[str, Any], wanted: int | None) -> Prefetch[Any]:
        model = self.model
        is_whole = {each.key for each in model.known_fields().values()} <= set(self.keys)
        selection = Selection(("_id", *self.keys)) if self.keys and not is_whole else None

        def ask(offset: int, size: int) -> requests.Response:
            query = {**params, "limit": min(size, model.PAGE.largest), "offset": offset}
            return session.get(f"/{model.API_NAME}", params=query)

        def read(response: requests.Response) -> list[Any]:
            return plain_rows_in(response) if self.plain else rows_in(response, model, selection)

        return Prefetch(ask, read, model.PAGE.size, end=wanted, most=session.parallel - 1)


def rows_in(response: requests.Response, model: type[P], selection: Selection | None = None) -> list[P]:
    """Returns the records that an answer holds.

    Raises:
        PlanhatUnexpectedContentError: If it is not a list.
    """
    rows = read_json(response, partial(as_models, model=model, selection=selection))
    if not isinstance(rows, list) or (rows and not isinstance(rows[0], model)):
        raise PlanhatUnexpectedContentError.of(response, NO_LIST)
    return rows


def plain_rows_in(response: requests.Response) -> list[Any]:
    """Returns the records that an answer holds as the dictionaries that were decoded.

    Raises:
        PlanhatUnexpectedContentError: If it is not a list of objects.
    """
    rows = read_json(response, None)
    if not isinstance(rows, list) or not set(map(type, rows)) <= {dict}:
        raise PlanhatUnexpectedContentError.of(response, NO_LIST)
    return rows


def forget_older(session: PlanhatSession, model: type[PlanhatObject], rows: list[Any]) -> None:
    """Drops the cached list of a model if records that were just read are newer than it, or not in it."""
    cached = session.cache.get(model)
    if not cached:
        return
    known = {each.id: each for each in cached}
    for row in rows:
        old = known.get(dict.get(row, "_id"))
        if old is None or any(dict.get(old, key) != value for key, value in dict(row).items()):
            session.cache.pop(model, None)
            return


def selected_keys(model: type[PlanhatObject], properties: Any, needed: Iterable[str]) -> tuple[str, ...]:
    """Returns the keys to select; none when rows come whole.

    Args:
        model: The model.
        properties: The fields that are asked for. Default: all of the model.
        needed: Further keys that filters or the order need.
    """
    more = ["custom" if key.startswith(CUSTOM) else key for key in needed]
    if properties is None or properties in ("ALL", ["ALL"]):
        if not model.LIST_FIELDS and properties is None:
            return ()
        keys = [*(each.key for each in model.known_fields().values()), *model.LIST_FIELDS]
    else:
        names = as_strings(properties, "properties")
        if not names:
            raise PlanhatValidationError("properties is empty. Name at least one field, or leave properties out.")
        keys = ["custom" if name.startswith(CUSTOM) else key_of(model, name) for name in names] + more
    return tuple(dict.fromkeys(keys))


def sort_key(model: type[PlanhatObject], sort: str | None) -> str:
    """Returns a sort order in Planhat's spelling, or as `custom.<Name>`; nothing when none is given."""
    if not sort:
        return ""
    require("sort", sort, str, "the name of a field")
    minus, name = ("-", sort[1:]) if sort.startswith("-") else ("", sort)
    return minus + key_of(model, name)


def rank(value: Any) -> tuple[int, Any]:
    """Returns what values of any type are sorted by, as Planhat's database does: null, numbers, strings, the rest."""
    if value is None:
        return 0, 0
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return 1, value
    return (2, value) if isinstance(value, str) else (3, encode_json(value))


def bundles(ids: Iterable[str], *, many: bool) -> Iterator[str]:
    """Yields ids with commas, each once, in strings that a query can hold; one by one unless it takes many."""
    bundle = ""
    for each in dict.fromkeys(ids):
        longer = f"{bundle},{each}" if bundle else each
        if bundle and (not many or len(longer) > LONGEST_ID_LIST):
            yield bundle
            longer = each
        bundle = longer
    if bundle:
        yield bundle
