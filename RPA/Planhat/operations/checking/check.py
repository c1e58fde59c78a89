"""The check itself: what is looked at, in which order, and where it ends early."""

from __future__ import annotations

from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy

from RPA.Planhat.errors import PlanhatAuthConfigurationError, PlanhatError, PlanhatHTTPError
from RPA.Planhat.operations.checking import findings
from RPA.Planhat.operations.checking.report import NOT_CHECKED, CheckReport, Finding
from RPA.Planhat.session import PlanhatSession, no_auth


def check_connection(session: PlanhatSession, *, rights: bool = True) -> CheckReport:
    """Looks at a connection by reading one record of each model, and reports what it found.

    Args:
        session: The connection.
        rights: Whether all models are asked for; otherwise companies only.
    """
    report = CheckReport(session.base_url, session.analytics_url)
    report.findings.append(findings.host(session.base_url))
    try:
        credentials = session.credentials
    except PlanhatAuthConfigurationError as error:
        report.findings.append(findings.token(error, session.base_url))
        report.error = error
        return report
    report.token_from = credentials.api_key_from
    _look_at_the_api(session, report, rights=rights)
    needed, problem = session.credentials.tenant_uuid is not None, _knock(session)
    report.findings += [
        findings.tenant(credentials, session.base_url),
        findings.analytics(session.analytics_url, problem, session.base_url, needed=needed),
    ]
    return report


def _look_at_the_api(session: PlanhatSession, report: CheckReport, *, rights: bool) -> None:
    first = findings.ask_for_companies(session)
    probes = [first]
    report.findings += findings.answer(first, report.token_from, way_to(session), session.base_url)
    if first.accepted:
        probes += findings.ask_for_others(session) if rights else []
        asked = {probe.path: probe.right for probe in probes}
        report.rights = dict.fromkeys(findings.models_by_path(), findings.UNKNOWN) | asked if rights else asked
        report.findings.append(
            findings.rights(report.rights, [each for each in probes if each.right == findings.UNKNOWN])
        )
    else:
        report.error = first.error
        report.findings.append(Finding("rights", NOT_CHECKED, "Nothing is known of rights without an accepted token."))
    _add_measures(session, probes, report)


def _add_measures(session: PlanhatSession, probes: list[findings.Probe], report: CheckReport) -> None:
    report.clock_ahead = findings.seconds_ahead(probes)
    report.limits = findings.limit_headers(probes)
    report.latency = findings.milliseconds_of(probes)
    if report.latency:
        measured = [
            findings.clock(report.clock_ahead),
            findings.limits(report.limits, session.settings.calls_per_minute, session.settings.calls_per_second),
            findings.latency(report.latency),
        ]
        report.findings += measured


def _knock(session: PlanhatSession) -> PlanhatError | None:
    # The front page, without token and tenant: whatever is answered, the host is reached, and it stores nothing.
    try:
        session.transport.send("GET", f"{session.analytics_url}/", auth=no_auth, repeatable=True, paced=False)
    except PlanhatHTTPError:
        return None
    except PlanhatError as error:
        return error
    return None


def way_to(session: PlanhatSession) -> str:
    """Returns how the host is reached, without the credentials of a proxy."""
    url = session.base_url
    given = session.proxies.reveal()
    proxy = select_proxy(url, get_environ_proxies(url) if given is None else given)
    scheme = urlsplit(url).scheme
    if not proxy:
        return f"over {scheme}, without a proxy"
    return f"over {scheme}, through the proxy {urlsplit(proxy).netloc.rpartition('@')[2] or 'of an unusable URL'}"
