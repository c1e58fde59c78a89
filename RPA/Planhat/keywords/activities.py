"""Keywords that send user activities to the analytics host."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat.keywords.component import Component
from RPA.Planhat.operations.activities import track


class ActivityKeywords(Component):
    """Keywords that send user activities."""

    @keyword(tags=["activity", "write"])
    def track_activity(
        self,
        action: str,
        *,
        email: str | None = None,
        external_id: str | None = None,
        name: str | None = None,
        company_external_id: str | None = None,
        weight: float | None = None,
        time: str | date | datetime | None = None,
        info: dict[str, Any] | str | None = None,
        alias: str | None = None,
        **more: Any,
    ) -> None:
        """Logs that an enduser did something, such as `Logged in`.

        Planhat's analytics host answers before it looks at the activity, so success means *received*. An activity
        whose enduser and company are both unknown is dropped by Planhat without a word.

        Args:
            action: What was done; shown in Planhat's event stream.
            email: The e-mail address of the enduser; needed unless `external_id` is given.
            external_id: The enduser's id in your own system.
            name: The name of the enduser, for one that Planhat does not know yet.
            company_external_id: The external id of the company, for an enduser that Planhat does not know yet.
            weight: How much the activity counts; 1 unless given.
            time: When it was done, ISO 8601; now unless given.
            info: Details, as a dictionary or JSON.
            alias: The connection to use; the current one unless given.
            **more: Further keys, sent as they are.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
            PlanhatValidationError: If it says neither by e-mail nor by id who did it; nothing was sent.
            PlanhatOutcomeUnknownError: If it is not known whether it was received. It is never sent twice.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Track Activity
            ${company}=    Create Company    name=Acme    external_id=A-103
            Create Enduser    email=ada@acme.example    company_id=${company.id}
            Track Activity    Logged in    email=ada@acme.example    company_external_id=A-103
        ```
        """
        values = {"action": action, "email": email, "externalId": external_id, "name": name}
        details = {"companyExternalId": company_external_id, "weight": weight, "date": time, "info": info}
        track(self.session(alias), {**values, **details, **more})
        logger.info(f"Sent activity {action!r} of {email or external_id}.")
