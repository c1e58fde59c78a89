"""The calls by which a list is read, and what is done with their answers: filtering, sorting, and leaving out twins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.errors import PlanhatUnexpectedContentError
from RPA.Planhat.operations.filters import Filter, bundles, explain_nothing, rank
from RPA.Planhat.operations.paging import Prefetch, pages, place_behind
from RPA.Planhat.operations.rows.payloads import CUSTOM, value_at
from RPA.Planhat.text.messages import shortened
from RPA.Planhat.types import PlanhatObject
from RPA.Planhat.types.encoding import read_json
from RPA.Planhat.types.records import Selection, as_models

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests

    from RPA.Planhat.operations.where import Condition
    from RPA.Planhat.session import PlanhatSession

P = TypeVar("P", bound=PlanhatObject)

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
    """

    model: type[PlanhatObject]
    params: dict[str, list[str]]
    companies: list[str] | None
    filters: list[Filter]
    condition: Condition | None
    sort: str
    keys: tuple[str, ...]
    plain: bool = False

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
            fetch = self._fetcher(session, {**params, "sort": "_id"}, wanted)
            what = self._list_of(params)
            start = place_behind(fetch, after, what) if after else 0
            for page in pages(fetch, self.model.PAGE.size, wanted, start, after, what=what):
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

    def one_page(self, session: PlanhatSession, limit: int | None) -> list[Any] | None:
        """Returns the list as Planhat sorts it, if one page is surely all of it and in order; else nothing."""
        calls = list(self._calls())
        size = min(limit or self.model.PAGE.size, self.model.PAGE.size)
        if self.is_filtered or len(calls) != 1 or self.sort.lstrip("-").startswith(CUSTOM) or (limit or 0) > size:
            return None
        fetch = self._fetcher(session, {**calls[0], "sort": self.sort}, size)
        rows: list[Any] = fetch(0, size)
        if len({row.id for row in rows}) < len(rows) or not self._is_in_order(rows):
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
