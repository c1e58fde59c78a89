"""Records, with the names, parameters and meanings of `robocorp-planhat`."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, TypeVar, cast

from RPA.Planhat.api.base import Surface, checked_model, records, type_of
from RPA.Planhat.errors import PlanhatNotFoundError
from RPA.Planhat.operations import reading, writing
from RPA.Planhat.operations.finding import find_missing
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.operations.rows import upsert as bulk
from RPA.Planhat.operations.rows.report import BulkReport
from RPA.Planhat.types import Company, PlanhatIdType, PlanhatObject, PlanhatObjectList
from RPA.Planhat.types.fields import split_reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    import requests
    from typing_extensions import Unpack

    from RPA.Planhat.operations.rows.options import UpsertOptions

P = TypeVar("P", bound=PlanhatObject)


class RecordMethods(Surface):
    """Reading and writing records."""

    _use_caching: bool = False

    @property
    def use_caching(self) -> bool:
        """Whether `get_objects` keeps what it read until the next write; setting it to false empties the cache."""
        return self._use_caching

    @use_caching.setter
    def use_caching(self, value: bool) -> None:
        self._use_caching = value
        if not value:
            self.connections.forget_cached()

    def authenticate(
        self, api_key: str | None = None, vault_secret_name: str | None = None, tenant_uuid: str | None = None
    ) -> None:
        """Changes the credentials of the current connection and drops all that was cached for the old ones.

        Args:
            api_key: The API access token.
            vault_secret_name: The vault secret to read when no token is given.
            tenant_uuid: The tenant UUID, for activities and metrics.
        """
        self.session.authenticate(api_key, vault_secret_name, tenant_uuid)

    def get_objects(  # noqa: PLR0913 - what a list may be asked for, nearly all named
        self,
        object_type: type[P],
        company_ids: str | Iterable[str] | None = None,
        properties: str | Iterable[str] | None = None,
        *,
        sort: str | None = None,
        limit: int | None = None,
        where: str | None = None,
        **filters: Any,
    ) -> PlanhatObjectList[P]:
        """Returns a complete list of records.

        Args:
            object_type: The model, such as `types.Company`.
            company_ids: One company id or several.
            properties: One field name, several, or `"ALL"`.
            sort: The field to sort by; `-` sorts descending. Default: `_id`.
            limit: The maximum number of records. Default: all.
            where: Only records for which a condition holds, such as `"phase in (onboarding, live) and h < 5"`.
            **filters: Values by field, such as `phase="onboarding"` or `**{"custom.Region": "EMEA"}`.

        Raises:
            ValueError: If `object_type` is not a model.
            PlanhatValidationError: If a field is unknown or a value is not valid for it; nothing was sent.

        Examples:
            ```python
            starting = planhat.get_objects(types.Company, phase="onboarding", sort="name", limit=3)
            print([company.name for company in starting])
            ```
        """
        model: type[P] = checked_model(object_type)
        query = Query(company_ids, properties, sort, limit, filters, where)
        if self.use_caching and query == Query(company_ids):
            companies = reading.companies_of(self.session, company_ids)
            rows = self._cached(model)
            found = rows if companies is None else _of_companies(rows, companies)
            missing = set(companies or ()) - {row.id for row in found} if model is Company else set()
            if not missing and (found or companies is None):
                return deepcopy(found)
            # Somebody else may have made them meanwhile, so Planhat is asked.
        return reading.read_list(self.session, model, query)

    def get_object_by_id(self, object_type: type[P], id: str, id_type: PlanhatIdType | None = None) -> P:  # noqa: A002 - the surface
        """Returns one record.

        Args:
            object_type: The model.
            id: Its Planhat id, or another one with its prefix.
            id_type: What kind of id it is, when it has no prefix.

        Raises:
            PlanhatNotFoundError: If Planhat has no such record.
        """
        model: type[P] = checked_model(object_type)
        if self.use_caching and model in self.session.cache:
            prefix, bare = split_reference(id)
            known = (id, id_type) if id_type or not prefix.value else (bare, prefix)
            try:
                return deepcopy(self._cached(model).find_by_id_type(*known))
            except PlanhatNotFoundError:
                pass  # an archived record is in no list, and yet there
        return reading.read_one(self.session, model, id, id_type)

    def create_object(self, payload: P, *, check_custom_fields: bool = True) -> P:
        """Creates a record and returns it as Planhat stored it.

        Args:
            payload: The record.
            check_custom_fields: Convert and check custom values by the custom fields of the tenant, read once.
        """
        return writing.create(self.session, type_of(payload), payload, check_custom_fields=check_custom_fields)

    def update_object(self, payload: P, *, check_custom_fields: bool = True) -> P:
        """Sends what was changed in a record since it was read, and returns the whole record.

        A record made by hand is sent as it is. It is addressed by its Planhat id, else its source id, else its
        external id.

        Args:
            payload: The record.
            check_custom_fields: Convert and check custom values by the custom fields of the tenant, read once.
        """
        type_of(payload)
        return writing.update_changes(self.session, payload, check_custom_fields=check_custom_fields)

    def update_objects(
        self, payload: Iterable[PlanhatObject], *, fail_on_errors: bool = True, **options: Unpack[UpsertOptions]
    ) -> BulkReport:
        """Creates or updates any number of records of one model.

        Args:
            payload: The records.
            fail_on_errors: Raise when a row failed or is unknown; otherwise the report tells.
            **options: See `UpsertOptions`.

        Returns:
            Planhat's answers merged into one dictionary, with the account of every row on it.

        Raises:
            PlanhatBulkError: If a row failed or is unknown; the report is on the error.
        """
        rows = records("payload", payload)
        if rows.model is None:
            return BulkReport()
        return bulk.upsert(self.session, rows.model, rows, options, fail_on_errors=fail_on_errors)

    def delete_planhat_object(self, payload: PlanhatObject) -> requests.Response:
        """Deletes a record and returns the answer.

        Raises:
            PlanhatNotFoundError: If there is no such record.
        """
        return cast("requests.Response", writing.delete(self.session, type_of(payload), payload))

    def list_all_companies(self) -> PlanhatObjectList[Company]:
        """Returns all companies with their ids and names only, in one call."""
        return reading.list_all_companies(self.session)

    def find_missing_objects(self, objects: Iterable[P]) -> PlanhatObjectList[P]:
        """Returns the objects of a list that Planhat does not have, by any of their ids."""
        return find_missing(self.session, records("objects", objects))

    def _cached(self, model: type[P]) -> PlanhatObjectList[P]:
        cache = self.session.cache
        if model not in cache:
            cache[model] = reading.read_list(
                self.session, model, Query(properties="ALL" if model.LIST_FIELDS else None)
            )
        return cache[model]


def _of_companies(rows: PlanhatObjectList[P], company_ids: Iterable[str]) -> PlanhatObjectList[P]:
    found: dict[int, P] = {}
    for company in company_ids:
        own = [row for row in rows if row.id == company] if rows.model is Company else rows.find_by_company_id(company)
        found.update((id(row), row) for row in own)
    return PlanhatObjectList.of(cast("type[P]", rows.model), found.values())
