"""The check of a connection: what it asks Planhat, in which order, and what the answers mean, in plain words."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies, select_proxy

from RPA.Planhat import errors
from RPA.Planhat.operations.checking.report import (
    NOT_CHECKED,
    NOTE,
    OK,
    PROBLEM,
    YES,
    CheckReport,
    Finding,
    readable_models,
)
from RPA.Planhat.session import PlanhatSession, no_auth
from RPA.Planhat.text.messages import first_line
from RPA.Planhat.text.parsing import is_loopback
from RPA.Planhat.types import MODELS, Company, PlanhatObject, Verb
from RPA.Planhat.types.encoding import read_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import requests

    from RPA.Planhat.connection.credentials import Credentials

NO_RIGHT = "no right"
ABSENT = "not on this tenant"
UNKNOWN = "not known"

API_HOSTS = re.compile(r"api(?:-([a-z]{2}\d*))?\.planhat\.com|api\.planhatdemo\.com")
WEB_APPS = re.compile(r"(?:app|ws)(-[a-z]{2}\d*)?\.planhat\.com")
THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LIMIT_HEADER = re.compile(r"(x-)?rate-?limit.*|retry-after", re.IGNORECASE)

TOLERATED_SECONDS = 5
"""A clock that is off by less does no harm, and the header has whole seconds only."""

HARMFUL_SECONDS = 300
SLOW_MILLISECONDS = 2000

CLUSTER = (
    "Look at the address of your Planhat in the browser: app-us1.planhat.com means that base_url, or the environment "
    "variable PLANHAT_BASE_URL, has to be https://api-us1.planhat.com; app.planhat.com and ws.planhat.com mean "
    "https://api.planhat.com."
)
RENEW = (
    "If the host is right, the token is incomplete, expired, or of a service account that was paused: copy it again, "
    "or make a new one."
)
KEY_OF_SANDBOX = "The sandbox prints its token when it starts. Default: sandbox-key."
START_OF_SANDBOX = "Start it with planhat-sandbox --port {port}, or set PLANHAT_BASE_URL to the address that it names."
TENANT_OF_SANDBOX = "Set PLANHAT_TENANT_UUID to the tenant UUID that the sandbox names when it starts."
ANALYTICS_OF_SANDBOX = "The sandbox is the analytics host, too: set PLANHAT_ANALYTICS_URL to {url}."
CLOCK = "Let a time server set the clock of this machine."


@dataclass(frozen=True)
class Probe:
    """One small read.

    Attributes:
        path: The path of the model.
        response: The answer, whatever it was; nothing when none came.
        error: Why it failed, if it did.
        ended: The time of this machine when the answer was there.
    """

    path: str
    response: requests.Response | None
    error: errors.PlanhatError | None
    ended: float

    @property
    def right(self) -> str:
        """What the token may do with the model."""
        if self.error is None:
            return YES
        if isinstance(self.error, errors.PlanhatPermissionError):
            return NO_RIGHT
        # Planhat may look at the token again where it has no such route; it was accepted elsewhere.
        return (
            ABSENT if isinstance(self.error, (errors.PlanhatNotFoundError, errors.PlanhatAuthFailedError)) else UNKNOWN
        )

    @property
    def refused(self) -> bool:
        """Whether Planhat did not accept the token."""
        return isinstance(self.error, errors.PlanhatAuthFailedError) and self.right != NO_RIGHT

    @property
    def accepted(self) -> bool:
        """Whether the answer shows that Planhat accepted the token."""
        return self.right in (YES, NO_RIGHT) or (self.right == ABSENT and not self.refused)

    @property
    def unreachable(self) -> bool:
        """Whether no answer came, so that the next question would wait in vain."""
        return isinstance(self.error, (errors.PlanhatConnectionError, errors.PlanhatTimeoutError))


def check_connection(session: PlanhatSession, *, rights: bool = True) -> CheckReport:
    """Looks at a connection by reading one record of each model, and reports what it found.

    Args:
        session: The connection.
        rights: Whether all models are asked for; otherwise companies only.
    """
    report = CheckReport(session.base_url, session.analytics_url)
    report.findings.append(about_host(session.base_url))
    try:
        credentials = session.credentials
    except errors.PlanhatAuthConfigurationError as error:
        report.findings.append(about_token(error, session.base_url))
        report.error = error
        return report
    report.token_from = credentials.api_key_from
    _look_at_the_api(session, report, rights=rights)
    needed, problem = session.credentials.tenant_uuid is not None, _knock(session)
    report.findings += [
        about_tenant(credentials, session.base_url),
        about_analytics(session.analytics_url, problem, session.base_url, needed=needed),
    ]
    return report


def _look_at_the_api(session: PlanhatSession, report: CheckReport, *, rights: bool) -> None:
    first = ask_for_companies(session)
    probes = [first]
    report.findings += about_answer(first, report.token_from, way_to(session), session.base_url)
    if first.accepted:
        probes += ask_for_others(session) if rights else []
        asked = {probe.path: probe.right for probe in probes}
        report.rights = dict.fromkeys(models_by_path(), UNKNOWN) | asked if rights else asked
        report.findings.append(about_rights(report.rights, [each for each in probes if each.right == UNKNOWN]))
    else:
        report.error = first.error
        report.findings.append(Finding("rights", NOT_CHECKED, "Nothing is known of rights without an accepted token."))
    _add_measures(session, probes, report)


def _add_measures(session: PlanhatSession, probes: list[Probe], report: CheckReport) -> None:
    report.clock_ahead = seconds_ahead(probes)
    report.limits = limit_headers(probes)
    report.latency = milliseconds_of(probes)
    if report.latency:
        measured = [
            about_clock(report.clock_ahead),
            about_limits(report.limits, session.settings.calls_per_minute, session.settings.calls_per_second),
            about_latency(report.latency),
        ]
        report.findings += measured


def _knock(session: PlanhatSession) -> errors.PlanhatError | None:
    # The front page, without token and tenant: whatever is answered, the host is reached, and it stores nothing.
    try:
        session.transport.send("GET", f"{session.analytics_url}/", auth=no_auth, repeatable=True, paced=False)
    except errors.PlanhatHTTPError:
        return None
    except errors.PlanhatError as error:
        return error
    return None


def way_to(session: PlanhatSession) -> str:
    """Returns how the host is reached, without the credentials of a proxy."""
    url = session.base_url
    given = session.proxies.reveal()
    proxy = select_proxy(url, get_environ_proxies(url) if given is None else given)
    scheme = urlsplit(url).scheme
    if not proxy or (given is None and is_loopback(urlsplit(url).hostname or "")):
        return f"over {scheme}, without a proxy"
    return f"over {scheme}, through the proxy {urlsplit(proxy).netloc.rpartition('@')[2] or 'of an unusable URL'}"


def models_by_path() -> dict[str, type[PlanhatObject]]:
    """Returns the models that can be listed; of several on one path the first, as they share the right."""
    found: dict[str, type[PlanhatObject]] = {}
    for model in MODELS.values():
        if Verb.LIST in model.VERBS:
            found.setdefault(str(model.API_NAME), model)
    return found


def ask_for_companies(session: PlanhatSession) -> Probe:
    """Reads one company, which every tenant has a route for."""
    return _ask(session, Company)


def ask_for_others(session: PlanhatSession) -> Iterator[Probe]:
    """Reads one record of each other model, until no answer comes any more."""
    for model in models_by_path().values():
        if model is Company:
            continue
        probe = _ask(session, model)
        yield probe
        if probe.unreachable:
            return


def _ask(session: PlanhatSession, model: type[PlanhatObject]) -> Probe:
    path = str(model.API_NAME)
    query = {each.name: each.default() for each in model.PARAMETERS if each.default}
    try:
        response = session.get(f"/{path}", params={**query, "limit": 1})
        ended = time.time()
        if not isinstance(read_json(response), list):
            raise errors.PlanhatUnexpectedContentError.of(response)
    except errors.PlanhatHTTPError as error:
        return Probe(path, error.response, error, time.time())
    except errors.PlanhatError as error:
        return Probe(path, None, error, time.time())
    return Probe(path, response, None, ended)


def about_host(url: str) -> Finding:
    """Returns what kind of host the API host is."""
    name = urlsplit(url).hostname or ""
    web_app = WEB_APPS.fullmatch(name)
    if web_app:
        right = f"https://api{web_app[1] or ''}.planhat.com"
        text = f"{url} is Planhat's web app, not its API."
        return Finding("host", PROBLEM, text, f"Set base_url or PLANHAT_BASE_URL to {right}.")
    api = API_HOSTS.fullmatch(name)
    if api:
        kind = f"of cluster {api[1]}" if api[1] else "for demo tenants" if "demo" in name else "the main one"
        return Finding("host", OK, f"{url} is a host of Planhat's API, {kind}.")
    if is_sandbox(url):
        return Finding("host", NOTE, f"{url} is on this machine: a sandbox, not Planhat.")
    return Finding("host", NOTE, f"{url} is not a known host of Planhat; it may be a gateway.")


def is_sandbox(url: str) -> bool:
    """Returns whether a host is on this machine."""
    return urlsplit(url).hostname in THIS_MACHINE


def about_token(error: errors.PlanhatError, url: str) -> Finding:
    """Returns that there is no token, and how one is given.

    Args:
        error: What looking for it has found.
        url: The API host.
    """
    text, _, advice = str(error).partition("\n")
    return Finding("token", PROBLEM, text, KEY_OF_SANDBOX if is_sandbox(url) else advice)


def about_tenant(credentials: Credentials, url: str) -> Finding:
    """Returns whether there is a tenant UUID, and whether it looks like one; it is never shown.

    Args:
        credentials: Where it is, if it is anywhere.
        url: The API host.
    """
    uuid, source = credentials.tenant_uuid, credentials.tenant_uuid_from
    if uuid is None:
        text = "There is no tenant UUID. Activities and metrics need it, nothing else does."
        known = "Set PLANHAT_TENANT_UUID, or put tenant_uuid into the vault secret."
        return Finding("tenant", NOTE, text, TENANT_OF_SANDBOX if is_sandbox(url) else known)
    if UUID.fullmatch(uuid.reveal()):
        return Finding("tenant", OK, f"The tenant UUID is well formed; it comes from {source}.")
    text = f"The tenant UUID from {source} is not 32 lower-case hexadecimal digits in five groups."
    return Finding("tenant", PROBLEM, text, "Copy it again; activities and metrics would silently get lost.")


def about_answer(probe: Probe, token_from: str, way: str, url: str) -> list[Finding]:
    """Returns what follows from the first answer: whether Planhat is there, and whether it accepts the token.

    Args:
        probe: The first read.
        token_from: Where the token was found.
        way: How the host is reached, in words.
        url: The API host.
    """
    if probe.refused:
        return [_reached(way), _refused(token_from, url)]
    if probe.accepted:
        return [_reached(way), Finding("token", OK, f"Planhat accepts the token, which comes from {token_from}.")]
    return [_trouble(probe.error, way, url), Finding("token", NOT_CHECKED, f"The token comes from {token_from}.")]


def _reached(way: str) -> Finding:
    return Finding("network", OK, f"Planhat answers, {way}.")


def _refused(token_from: str, url: str) -> Finding:
    if is_sandbox(url):
        return Finding(
            "token", PROBLEM, f"The sandbox did not accept the token from {token_from} (401).", KEY_OF_SANDBOX
        )
    text = f"Planhat did not accept the token from {token_from} (401)."
    alike = "A good token on the wrong cluster looks the same."
    return Finding("token", PROBLEM, f"{text} {alike}", f"{CLUSTER}\n{RENEW}")


def _trouble(error: errors.PlanhatError | None, way: str, url: str) -> Finding:
    topic, advice = _hint(error)
    if advice == _UNREACHABLE[1] and is_sandbox(url):
        advice = START_OF_SANDBOX.format(port=urlsplit(url).port)
    return Finding(topic, PROBLEM, f"{first_line(error)} The way: {way}.", advice)


def _hint(error: errors.PlanhatError | None) -> tuple[str, str]:
    """Returns what an error is about, and what to do."""
    return next(((topic, advice) for kind, topic, advice in _HINTS if isinstance(error, kind)), _UNREACHABLE)


_CAS = (
    "If a company proxy inspects the traffic, give the file of its CA with verify=, --ca-bundle or the environment "
    "variable REQUESTS_CA_BUNDLE. A clock that is far off makes good certificates look bad, too."
)
_ELSE = f"Something else than Planhat's API answers: a login page, a proxy, or a wrong host. {CLUSTER}"
_HINTS: tuple[tuple[type[errors.PlanhatError], str, str], ...] = (
    (errors.PlanhatTLSError, "tls", _CAS),
    (errors.PlanhatRedirectError, "host", _ELSE),
    (errors.PlanhatUnexpectedContentError, "host", _ELSE),
    (errors.PlanhatRateLimitError, "limits", "Too many robots use this tenant at once. Wait a minute and check again."),
    (errors.PlanhatServerError, "planhat", "Planhat itself has trouble. Check again later."),
    (errors.PlanhatTimeoutError, "network", "The line or the host is very slow, or a firewall drops packets."),
)
_UNREACHABLE = (
    "network",
    "Check the name of the host, the network, a firewall, and the proxy (HTTPS_PROXY, NO_PROXY).",
)
"""What an error is about, and what to do, by its kind; the last is for all others."""


def about_rights(found: Mapping[str, str], unknown: Sequence[Probe]) -> Finding:
    """Returns what the token may read.

    Args:
        found: The right for each path.
        unknown: The reads without a result.
    """
    groups = {right: [path for path, each in found.items() if each == right] for right in (NO_RIGHT, ABSENT, UNKNOWN)}
    parts = [f"{right}: {', '.join(paths)}" for right, paths in groups.items() if paths]
    readable, asked = readable_models(found)
    text = "; ".join([f"The token may read {readable} of {asked} models", *parts]) + "."
    if not readable:
        advice = "Give its service account the right to view what the robot needs, in Planhat."
        return Finding("rights", PROBLEM, text, advice)
    why = [f"{each.path}: {first_line(each.error)}" for each in unknown]
    if groups[NO_RIGHT]:
        why.append("If the robot needs one of those without a right, give the service account that right, in Planhat.")
    return Finding("rights", NOTE if parts else OK, text, "\n".join(why))


def about_clock(ahead: float | None) -> Finding:
    """Returns what the difference between the clocks means.

    Args:
        ahead: Seconds that this machine is ahead of Planhat; negative when it is behind.
    """
    if ahead is None:
        return Finding("clock", NOT_CHECKED, "The answers had no usable Date header to compare the clock with.")
    if abs(ahead) <= TOLERATED_SECONDS:
        return Finding("clock", OK, f"This machine's clock agrees with Planhat's within {TOLERATED_SECONDS} s.")
    side, harm = (
        ("ahead of", "What robots date with the time of now lies in Planhat's future")
        if ahead > 0
        else (
            "behind",
            "What Planhat has just stored seems to come from the future, and new certificates not yet valid",
        )
    )
    text = f"This machine's clock is {abs(ahead):,.0f} s {side} Planhat's. {harm}, and days may be the wrong ones."
    return Finding("clock", PROBLEM if abs(ahead) > HARMFUL_SECONDS else NOTE, text, CLOCK)


def seconds_ahead(probes: Sequence[Probe]) -> float | None:
    """Returns how far the clock of this machine is ahead, by the answer that was there fastest.

    Args:
        probes: The reads.
    """
    measured = [
        (probe.response.elapsed.total_seconds(), probe.ended - probe.response.elapsed.total_seconds() / 2 - moment)
        for probe in probes
        if probe.response is not None and (moment := _moment(probe.response)) is not None
    ]
    return round(min(measured)[1], 1) if measured else None


def _moment(response: requests.Response) -> float | None:
    try:
        # The header leaves out parts of a second; half a one is the best guess.
        return parsedate_to_datetime(response.headers["Date"]).timestamp() + 0.5
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def about_limits(headers: Mapping[str, str], a_minute: int, a_second: int) -> Finding:
    """Returns the rate limits in Planhat's last response.

    Args:
        headers: The headers that tell about limits.
        a_minute: Calls a minute that this connection keeps to; 0 for no limit.
        a_second: Calls a second.
    """
    kept = [f"{calls} calls a {time}" for calls, time in ((a_minute, "minute"), (a_second, "second")) if calls]
    ours = f"This connection keeps to {' and '.join(kept) or 'no limit on calls'}."
    if not headers:
        return Finding("limits", OK, f"Planhat's answers name no limits. {ours}")
    named = ", ".join(f"{name}: {value}" for name, value in headers.items())
    return Finding("limits", OK, f"Limits in Planhat's last answer: {named}. {ours}")


def limit_headers(probes: Sequence[Probe]) -> dict[str, str]:
    """Returns the headers of the last answer that tell about rate limits."""
    answers = [probe.response for probe in probes if probe.response is not None]
    headers = answers[-1].headers if answers else {}
    return {name: value for name, value in headers.items() if LIMIT_HEADER.fullmatch(name)}


def about_latency(milliseconds: Mapping[str, int]) -> Finding:
    """Returns how fast Planhat answers.

    Args:
        milliseconds: Of the first answer, which opens the connection, of the median and of the slowest.
    """
    words = ", ".join(f"{name} {value} ms" for name, value in milliseconds.items())
    slow = milliseconds["median"] > SLOW_MILLISECONDS
    advice = "Long lists take long on such a line; ask for the fields that you need with properties=." if slow else ""
    return Finding("latency", NOTE if slow else OK, f"Answers took: {words}.", advice)


def milliseconds_of(probes: Sequence[Probe]) -> dict[str, int]:
    """Returns the times of the first, the median and the slowest answer; nothing without answers."""
    times = [round(probe.response.elapsed.total_seconds() * 1000) for probe in probes if probe.response is not None]
    return {"first": times[0], "median": round(median(times)), "slowest": max(times)} if times else {}


def about_analytics(url: str, error: errors.PlanhatError | None, base_url: str, *, needed: bool) -> Finding:
    """Returns whether the analytics host answers.

    Args:
        url: The host.
        error: Why it does not.
        base_url: The API host.
        needed: Whether there is a tenant UUID, without which nothing is sent to it.
    """
    if error is None:
        text = f"{url} answers. Nothing was sent to it, since it stores what it is sent."
        return Finding("analytics", OK, text)
    state = PROBLEM if needed else NOTE
    advice = ANALYTICS_OF_SANDBOX.format(url=base_url) if is_sandbox(base_url) else _hint(error)[1]
    return Finding("analytics", state, f"The analytics host does not answer. {first_line(error)}", advice)
