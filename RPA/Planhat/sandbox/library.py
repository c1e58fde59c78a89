"""The sandbox for Robot Framework, and the same class for Python."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from robot.api import logger
from robot.api.deco import keyword, library
from robot.version import get_version

from RPA.Planhat.sandbox.process import Lifecycle
from RPA.Planhat.version import __version__

MOST_SHOWN = 3
"""Rows that a message shows."""

_MARKDOWN_SINCE = (7, 5)
_VERSION = tuple(int("".join(c for c in part if c.isdigit()) or 0) for part in get_version().split(".")[:2])


@library(
    scope="GLOBAL",
    version=__version__,
    auto_keywords=False,
    doc_format="MARKDOWN" if _VERSION >= _MARKDOWN_SINCE else "TEXT",
)
class Sandbox(Lifecycle):
    """A local Planhat to test against, as Robot library and as context manager.

    The sandbox answers over real HTTP like Planhat's API and analytics host, both at one address of this machine.
    It needs no account and no network. Whatever client your robot uses, give it the address, the token and the tenant.

    ```robotframework
    *** Settings ***
    Library           RPA.Planhat.Sandbox    seed=demo
    Suite Setup       Start Sandbox
    Suite Teardown    Stop Sandbox
    Test Setup        Reset Sandbox

    *** Test Cases ***
    My Robot Survives A Lost Answer
        Inject Sandbox Fault    reset_after    verb=PUT    route=/companies    times=1
        Run My Robot
        Sandbox Should Contain    companies    name=Acme
    ```

    In Python:

    ```python
    from RPA.Planhat import Sandbox

    with Sandbox(seed="empty") as sandbox:
        run_my_program(sandbox.url, sandbox.api_key)
        assert sandbox.rows("companies", name="Acme")
    ```
    """

    @keyword("Start Sandbox", tags=["process"])
    def start(self, seed: str | None = None, dialect: dict[str, Any] | None = None) -> str:
        """Starts the sandbox, if it is not running, and returns its URL.

        Args:
            seed: Other data than those of the library import.
            dialect: Other switches than those of the library import.

        Returns:
            The URL, such as `http://127.0.0.1:41235`: the base of API and analytics host.

        Raises:
            ValueError: If the seed or a switch is wrong, or the port taken.

        Examples:
            ```robotframework
            ${url} =    Start Sandbox    seed=empty
            Log    ${url}
            ```
        """
        settings = self._settings
        if seed is not None:
            settings = replace(settings, seed=str(seed))
        if dialect is not None:
            settings = replace(settings, dialect={name: str(value) for name, value in dialect.items()})
        url = self._begin(settings)
        logger.info(f"Planhat sandbox: {url}")
        return url

    @keyword("Stop Sandbox", tags=["process"])
    def stop(self) -> None:
        """Stops the sandbox; without one it does nothing.

        Examples:
            ```robotframework
            Stop Sandbox
            ```
        """
        self._end()

    @keyword("Reset Sandbox", tags=["process"])
    def reset(self) -> None:
        """Brings the sandbox back to its beginning: the records of the seed, no faults, no requests, the first dialect.

        It takes milliseconds, so that every test can begin with it.

        Examples:
            ```robotframework
            Reset Sandbox
            ```
        """
        self.call("reset")

    @keyword("Seed Sandbox", tags=["data"])
    def seed(self, seed: str | Path, companies: int | None = None, seed_number: int | None = None) -> dict[str, int]:
        """Replaces all records. `Reset Sandbox` comes back to these from now on.

        Args:
            seed: `demo`, `empty`, or a folder with one JSON or CSV file for each model, such as `companies.csv`.
            companies: How many companies the demo has.
            seed_number: The same number gives the same demo.

        Returns:
            How many records of each model there are.

        Raises:
            ValueError: If there is no such seed, or a file of it cannot be read.

        Examples:
            ```robotframework
            ${counts} =    Seed Sandbox    demo    companies=25
            Should Be Equal As Integers    ${counts}[companies]    25
            ```
        """
        return dict(self.call("seed", seed=str(seed), companies=companies, seed_number=seed_number))

    @keyword("Get Sandbox Rows", tags=["look"])
    def rows(self, model: str, **fields: Any) -> list[dict[str, Any]]:
        """Returns the records of a model as they are stored, without the API.

        Args:
            model: The model, such as `companies` or `Company`; `activities` for what the analytics host took.
            **fields: Values that the records must have; `custom.Seats=5` looks at a custom field.

        Returns:
            The records that fit, oldest first.

        Raises:
            ValueError: If there is no such model.

        Examples:
            ```robotframework
            ${rows} =    Get Sandbox Rows    companies    status=customer
            Log    ${rows}[0][name]
            ```
        """
        found: list[dict[str, Any]] = self.call("rows", model=model, fields=fields)
        return found

    @keyword("Sandbox Should Contain", tags=["look"])
    def should_contain(self, model: str, *, count: int | None = None, **fields: Any) -> list[dict[str, Any]]:
        """Fails unless there are records with these values.

        Args:
            model: The model, as in `Get Sandbox Rows`.
            count: How many there must be; at least one when it is not given.
            **fields: Values that the records must have.

        Returns:
            The records that fit.

        Raises:
            AssertionError: If there is no such record, or another number.

        Examples:
            ```robotframework
            Sandbox Should Contain    companies    count=1    name=Alder Logistics
            ```
        """
        found: list[dict[str, Any]] = self.rows(model, **fields)
        if (count is None and not found) or (count is not None and len(found) != count):
            wanted = "at least one" if count is None else str(count)
            raise AssertionError(
                f"The sandbox has {len(found)} {model} with {_in_words(fields)}, not {wanted}."
                f" It has {len(self.rows(model))} {model} in all."
            )
        return found

    @keyword("Sandbox Should Not Contain", tags=["look"])
    def should_not_contain(self, model: str, **fields: Any) -> None:
        """Fails if there is a record with these values.

        Args:
            model: The model, as in `Get Sandbox Rows`.
            **fields: Values that no record may have together.

        Raises:
            AssertionError: If there is one.

        Examples:
            ```robotframework
            Sandbox Should Not Contain    endusers    email=nobody@nowhere.example
            ```
        """
        found = self.rows(model, **fields)
        if found:
            shown = ", ".join(str(row.get("name") or row["_id"]) for row in found[:MOST_SHOWN])
            raise AssertionError(f"The sandbox has {len(found)} {model} with {_in_words(fields)}: {shown}.")

    @keyword("Get Sandbox Requests", tags=["look"])
    def requests(
        self, method: str | None = None, route: str | None = None, last: int | None = None
    ) -> list[dict[str, Any]]:
        """Returns the requests that the sandbox got since the last reset, with its answers. Secrets are masked.

        Args:
            method: Only this HTTP method.
            route: Only this route, such as `/companies/{id}`, or the path as it was sent.
            last: Only so many, the latest.

        Returns:
            Dictionaries with `number`, `time`, `method`, `path`, `route`, `query`, `headers`, `body`, `status`,
            `answer`, `milliseconds`, `fault`, and `notes` on what was dropped silently. A status of 0 means: no
            answer.

        Examples:
            ```robotframework
            ${writes} =    Get Sandbox Requests    method=PUT    route=/companies
            Length Should Be    ${writes}    0
            ```
        """
        found: list[dict[str, Any]] = self.call("requests", method=method, route=route, last=last)
        return found

    @keyword("Inject Sandbox Fault", tags=["behaviour"])
    def inject_fault(self, kind: str, **settings: Any) -> int:
        """Adds a fault: requests that fit go wrong from now on.

        Args:
            kind: What goes wrong: `status`, `latency`, `silence`, `slow`, `redirect`, `content_type`, `page_cap`,
                `reset_before`, `reset_middle`, `reset_after`, `close_before`, `close_middle`, `close_after`,
                `truncated_json`, `broken_json`, `truncated_gzip`, `wrong_length`, `rows_inserted`, `rows_deleted`.
            **settings: Which requests: `route`, `verb`, `calls` (numbers of the matching requests, from 1), `times`
                (how often at most), `probability` with `seed`. And how: `status`, `body`, `headers`, `retry_after`,
                `process`, `seconds`, `content_type`, `location`, `rows`. The guide explains each.

        Returns:
            The number of the fault, for `Clear Sandbox Faults`.

        Raises:
            ValueError: If there is no such kind or setting.

        Examples:
            ```robotframework
            Inject Sandbox Fault    status    route=/companies    status=503    retry_after=2    times=1
            Inject Sandbox Fault    reset_after    verb=POST    calls=2
            ```
        """
        return int(self.call("inject_fault", kind=kind, **settings))

    @keyword("Clear Sandbox Faults", tags=["behaviour"])
    def clear_faults(self, number: int | None = None) -> None:
        """Removes faults, so that requests succeed again.

        Args:
            number: Only the fault with this number; all when it is not given.

        Examples:
            ```robotframework
            ${fault} =    Inject Sandbox Fault    latency    seconds=0.1
            Clear Sandbox Faults    ${fault}
            ```
        """
        self.call("clear_faults", number=number)

    @keyword("Set Sandbox Dialect", tags=["behaviour"])
    def set_dialect(self, **switches: Any) -> None:
        """Sets how the sandbox behaves where Planhat's behaviour is not documented, until the next reset.

        Args:
            **switches: The switches by name. The guide has a table of them.

        Raises:
            ValueError: If there is no such switch or position.

        Examples:
            ```robotframework
            Set Sandbox Dialect    item_errors=object    error_bodies=text
            ```
        """
        self.call("set_dialect", **switches)

    @keyword("Set Sandbox Limits", tags=["behaviour"])
    def set_limits(self, **limits: Any) -> None:
        """Turns Planhat's rate limits on or off, or changes them, until the next reset.

        Args:
            **limits: `active`, `per_minute`, `per_second`, `parallel`.

        Raises:
            ValueError: If there is no such limit.

        Examples:
            ```robotframework
            Set Sandbox Limits    active=True    per_minute=20
            ```
        """
        self.call("set_rate_limits", **limits)

    @keyword("Forbid In Sandbox", tags=["behaviour"])
    def forbid(self, model: str, *verbs: str) -> None:
        """Takes permissions from the token: such requests are answered with 403.

        Args:
            model: The model, or `*` for all.
            *verbs: `list`, `get`, `create`, `update`, `upsert`, `delete`; all when none is given.

        Raises:
            ValueError: If there is no such model or verb.

        Examples:
            ```robotframework
            Forbid In Sandbox    companies    delete
            ```
        """
        self.call("forbid", model=model, verbs=list(verbs))

    @keyword("Permit In Sandbox", tags=["behaviour"])
    def permit(self, model: str, *verbs: str) -> None:
        """Gives permissions back to the token.

        Args:
            model: The model, or `*` for all.
            *verbs: As in `Forbid In Sandbox`.

        Raises:
            ValueError: If there is no such model or verb.

        Examples:
            ```robotframework
            Permit In Sandbox    *
            ```
        """
        self.call("permit", model=model, verbs=list(verbs))

    @keyword("Add Sandbox Automation", tags=["automations"])
    def add_automation(self) -> str:
        """Adds an automation that a call to a URL starts, and returns that URL.

        `Get Sandbox Requests    route=/automations/{uuid}` has the calls with their headers and bodies. How such a URL
        looks in Planhat, and what it answers, is not known.

        Returns:
            The URL, which is a secret as Planhat's are. `Reset Sandbox` forgets it.

        Examples:
            ```robotframework
            ${url} =    Add Sandbox Automation
            Log    ${url}
            ```
        """
        return f"{self.url}{self.call('add_automation')}"

    @keyword("When Changed", tags=["automations"])
    def when_changed(
        self, model: str, url: str, *events: str, body: str = "", method: str = "POST", **headers: str
    ) -> None:
        """Calls a URL of this machine when records of a model change, as an automation of Planhat does.

        Each change is sent once, in order, and never again. The form of the body is invented, since Planhat leaves it
        to the author of the automation.

        Args:
            model: The model, such as `companies`.
            url: The URL, such as `http://127.0.0.1:9000/hook`. Others than those of this machine are refused.
            *events: `created`, `updated`, `deleted`. Default: all.
            body: The body, with replacement codes such as `<<object.name>>`. Default: event, model and record as JSON.
            method: The HTTP method.
            **headers: Headers of the call.

        Raises:
            ValueError: If there is no such model or event, or the URL is not one of this machine.

        Examples:
            ```robotframework
            When Changed    companies    http://127.0.0.1:9    updated
            Seed Sandbox    demo
            ```
        """
        self.call("when_changed", model=model, url=url, events=list(events), body=body, method=method, headers=headers)

    @keyword("Get Sandbox Deliveries", tags=["automations"])
    def deliveries(self) -> list[dict[str, Any]]:
        """Returns the calls that `When Changed` has sent since the last reset, once none is waiting.

        Returns:
            Dictionaries with `url`, `event`, `body`, `status` (0 without a response) and `problem`.

        Examples:
            ```robotframework
            ${calls} =    Get Sandbox Deliveries
            Length Should Be    ${calls}    0
            ```
        """
        found: list[dict[str, Any]] = self.call("deliveries")
        return found

    @keyword("Export Sandbox", tags=["data"])
    def export(self, folder: str | Path, file_format: str = "json") -> dict[str, int]:
        """Writes all records to a folder, one file for each model, which can serve as seed.

        Args:
            folder: The folder; made if needed.
            file_format: `json` or `csv`. JSON keeps everything; CSV leaves nulls out.

        Returns:
            How many records of each model were written.

        Raises:
            ValueError: If the format is another.

        Examples:
            ```robotframework
            ${counts} =    Export Sandbox    ${OUTPUT_DIR}/planhat    csv
            Log    ${counts}
            ```
        """
        return dict(self.call("export", folder=str(Path(folder).absolute()), file_format=file_format))


def _in_words(fields: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in fields.items()) or "any values"
