"""Keywords that find records of any model, and those that look like the same."""

from __future__ import annotations

from typing import Any

from robot.api.deco import keyword

from RPA.Planhat.keywords.component import UNSET, Component
from RPA.Planhat.keywords.converters import Reference
from RPA.Planhat.keywords.logs import ROWS, log_table
from RPA.Planhat.keywords.table_makers import find_model
from RPA.Planhat.operations import finding
from RPA.Planhat.operations.references import model_of
from RPA.Planhat.text.parsing import as_strings
from RPA.Planhat.types import PlanhatObjectList


class FindingKeywords(Component):
    """Keywords that find records."""

    @keyword(tags=["any model", "read"])
    def find_planhat_object(
        self,
        model: str,
        wanted: str | None = None,
        *,
        default: Any = UNSET,
        alias: str | None = None,
        **fields: Any,
    ) -> Any:
        """Returns the one record of any model that is meant by a name, an e-mail address, a domain or an id.

        Args:
            model: The name of the model, as `companies` or `Time Entry`, or a path such as `/teams`.
            wanted: A name, an e-mail address, a domain or an id. Case does not matter.
            default: What is returned when there is no such record; else that is an error.
            alias: The connection to use; the current one unless given.
            **fields: Values by field, all of which have to fit.

        Returns:
            The record with all its fields, or the default.

        Raises:
            PlanhatNotFoundError: If there is no such record, and no default.
            PlanhatValidationError: If several fit; the message lists them.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Find Planhat Object
            Create Company    name=Acme Rocket Factory    domains=rockets.example
            ${company}=    Find Planhat Object    company    https://www.rockets.example/about
            Should Be Equal    ${company.name}    Acme Rocket Factory
        ```
        """
        return find_model(self.session(alias), model_of(model), wanted, default, fields)

    @keyword(tags=["any model", "read"])
    def find_duplicates(
        self, model: str, fields: list[str] | str, *, company_ids: Reference = None, alias: str | None = None
    ) -> list[PlanhatObjectList[Any]]:
        """Returns groups of records that are equal in some fields. Nothing is merged or deleted.

        Case and superfluous blanks do not matter. Records in which one of the fields is empty are in no group.

        Args:
            model: The name of the model.
            fields: The fields to compare, as `email` or `name,company_id`; custom fields as `custom.<Name>`.
            company_ids: Only records of these companies.
            alias: The connection to use; the current one unless given.

        Returns:
            A list of lists of records.

        Raises:
            PlanhatValidationError: If a field is unknown.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Find Duplicates
            Create Company    name=Twin Peaks
            Create Company    name=TWIN PEAKS
            ${groups}=    Find Duplicates    companies    name
            Log    ${groups}[0]
        ```
        """
        kind = model_of(model)
        groups = finding.find_duplicates(self.session(alias), kind, as_strings(fields, "fields"), company_ids)
        cells = ([len(group), str(group[0]), ", ".join(each.id for each in group)] for group in groups[:ROWS])
        line = f"Found {len(groups)} groups of {kind.PLURAL} that are equal in {', '.join(as_strings(fields))}"
        log_table(line, ["records", "first", "ids"] if groups else [], cells, len(groups))
        return groups
