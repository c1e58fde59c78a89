"""The keyword that checks a connection."""

from __future__ import annotations

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat.errors import PlanhatError
from RPA.Planhat.keywords.component import Component
from RPA.Planhat.keywords.logs import log_texts
from RPA.Planhat.operations.checking.check import check_connection
from RPA.Planhat.operations.checking.report import CheckReport
from RPA.Planhat.types import Record


class CheckKeywords(Component):
    """The keyword that checks a connection."""

    @keyword(tags=["connection"])
    def check_planhat_connection(
        self, *, rights: bool = True, fail_on_errors: bool = True, alias: str | None = None
    ) -> Record:
        """Checks a connection, and says in the log what a person who has to mend it needs to know.

        It looks at the host, the token and where it comes from, the right to read each model, the clock of this
        machine, limits, speed, proxies and certificates, the analytics host and the tenant UUID. It reads one
        record of each model and never writes. The same from the shell: `python -m RPA.Planhat check`.

        Args:
            rights: When false, only companies are read, which is one call.
            fail_on_errors: When false, problems are only reported.
            alias: The connection to use; the current one unless given.

        Returns:
            A dictionary: `ok`, `verdict`, `base_url`, `analytics_url`, `token_from`, `findings` (each with `topic`,
            `state`, `text` and `advice`), `rights` (`yes`, `no right`, `not on this tenant` or `not known` by the path
            of the model), `clock_ahead_seconds`, `limits`, `latency_ms`, `not_checked` and `versions`.

        Raises:
            PlanhatAuthConfigurationError: If there is no token.
            PlanhatAuthFailedError: If Planhat does not accept the token.
            PlanhatConnectionError: If Planhat can not be reached or trusted.
            PlanhatError: If something else is wrong, such as a clock that is minutes off.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Check Planhat Connection
            ${check}=    Check Planhat Connection    fail_on_errors=False
            IF    '${check.rights.companies}' != 'yes'    Fail    ${check.verdict}
        ```
        """
        report = check_connection(self.session(alias), rights=rights)
        _log(report)
        if fail_on_errors and report.problems:
            raise _error(report)
        return report.facts()


def _log(report: CheckReport) -> None:
    rows = [[each.topic, each.state, each.text, each.advice] for each in report.findings]
    log_texts(report.verdict, ["topic", "state", "found", "what to do"], rows)
    for problem in report.problems:
        logger.warn(f"{problem.text} {problem.advice}".strip())


def _error(report: CheckReport) -> PlanhatError:
    problem = report.problems[0]
    error = report.error or PlanhatError()
    error.args = (f"{problem.text}\n{problem.advice}".strip(),)
    return error
