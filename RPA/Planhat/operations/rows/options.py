"""Options of everything that writes rows: what callers may give, and the one object that all steps read them from."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.formats import Formats
from RPA.Planhat.operations.options import OnBad, OnDuplicates, Option, completed
from RPA.Planhat.text.files import file_path
from RPA.Planhat.text.parsing import as_strings, parse_literal, require_function

if TYPE_CHECKING:
    from typing_extensions import Self

Texts = list[str] | str | None
"""Several strings: a list, or one string with commas."""

Progress = Callable[[str, int, int], None]
"""Called with the step, the number of rows done, and the total; 0 when that is not known."""


def silent(step: str, done: int, total: int) -> None:
    """Reports progress to nobody."""


class FileOptions(TypedDict, total=False):
    """How a file of rows is laid out."""

    encoding: Annotated[str | None, Option(None, "Encoding of a file. Default: UTF-8, or what the file declares.")]
    delimiter: Annotated[str | None, Option(None, "Delimiter of a CSV file. Default: detected from its first lines.")]
    sheet: Annotated[str | None, Option(None, "Worksheet of an Excel file. Default: the first that is not hidden.")]
    short_rows: Annotated[
        Literal["refuse", "fill"],
        Option("refuse", "Rows of a CSV file with too few cells: `refuse` makes them bad, `fill` adds empty cells."),
    ]


class FormatOptions(TypedDict, total=False):
    """How values are written in a table."""

    dates: Annotated[
        Texts,
        Option(None, "Date formats beside ISO 8601, such as `DD.MM.YYYY, DD/MM/YYYY HH:mm`; tried in this order."),
    ]
    decimal: Annotated[
        Literal[".", ",", "auto"],
        Option(
            ".",
            "Decimal separator; with `auto`, one or two digits after the last separator are decimals.",
        ),
    ]
    true: Annotated[Texts, Option(None, "More words for true, such as `ja, J`.")]
    false: Annotated[Texts, Option(None, "More words for false.")]
    separator: Annotated[str, Option(",", "Separator of several values in one cell.")]
    empty: Annotated[Texts, Option(None, "Strings that mark an empty cell, such as `-, n/a`.")]


class MappedTable(FormatOptions, FileOptions, total=False):
    """How any table is read, that of a keyword that sends no records among them."""

    mapping: Annotated[
        Any,
        Option(
            None,
            "Lines `column -> field`, or a dictionary of columns and fields, see [Tables]. Default: columns are named "
            "as fields.",
        ),
    ]


class ModeOptions(TypedDict, total=False):
    """Which rows may be new, and which may be known."""

    new: Annotated[
        Literal["create", "skip", "refuse"],
        Option("create", "Rows whose record Planhat does not have: `create` it, `skip` them, or `refuse` them as bad."),
    ]
    known: Annotated[
        Literal["update", "skip", "refuse"],
        Option("update", "Rows whose record Planhat has: `update` it, `skip` them, or `refuse` them as bad."),
    ]
    at_most: Annotated[
        int | str | None,
        Option(
            None,
            "The most records that may be updated: a number, or a share of those that Planhat has such as `5 %`. Above "
            "it nothing is sent.",
        ),
    ]


class TableOptions(FormatOptions, FileOptions, ModeOptions, total=False):
    """Options of every import and every sync."""

    clear_empty: Annotated[
        bool, Option(default=False, doc="When true, empty cells clear their fields; else they leave them alone.")
    ]
    bad_rows: Annotated[
        OnBad, Option("refuse", "`refuse` sends nothing while rows are bad, `skip` sends the good ones.")
    ]
    bad_cells: Annotated[OnBad, Option("refuse", "`refuse` makes its row bad, `skip` sends the rest of it.")]
    duplicates: Annotated[
        OnDuplicates, Option("refuse", "Which of several rows with one key is sent when they differ.")
    ]
    unique: Annotated[Texts, Option(None, "More fields by which rows are the same, such as `email`.")]
    check_custom_fields: Annotated[
        bool, Option(default=True, doc="When false, custom fields are sent unchecked and strings stay strings.")
    ]
    fail_on_errors: Annotated[
        bool, Option(default=True, doc="When false, rows that Planhat refuses are only reported.")
    ]
    save_as: Annotated[
        str | Path | None,
        Option(None, "Where to save the report as three CSV files, see [Save Upsert Report]; or the plan as one."),
    ]


class PlanOptions(TypedDict, total=False):
    """The option that turns an import or a sync into a plan."""

    dry_run: Annotated[bool, Option(default=False, doc="When true, nothing is sent, and the plan is returned.")]


class ImportSettings(TableOptions, total=False):
    """Options of an import that sends."""

    journal: Annotated[
        str | Path | None,
        Option(None, "Where to keep what was done; after a crash run the same again, and it goes on."),
    ]


class ImportOptions(ImportSettings, PlanOptions, total=False):
    """Options of an import."""


class SyncSettings(TableOptions, total=False):
    """Options of a sync that sends."""

    match_by: Annotated[Texts, Option(None, "More fields by which a row finds its record, such as `name`.")]
    others: Annotated[
        Any,
        Option(
            "keep",
            "Records that no row means: `keep`, `report`, `archive` or `delete` them, or a dictionary of the fields to "
            "change, such as `{'phase': 'lost'}`. All but `keep` and `report` need `at_most`.",
        ),
    ]
    where: Annotated[
        str | None,
        Option(None, "Only records that fit count as others, such as `phase = live`; see [Filters]. Default: all."),
    ]


class SyncOptions(SyncSettings, PlanOptions, total=False):
    """Options of a sync."""


class DeclarationOptions(MappedTable, total=False):
    """How a table that declares custom fields, or has values for them, is read."""

    bad_rows: Annotated[
        OnBad, Option("refuse", "`refuse` refuses all rows while some are bad, `skip` leaves out the bad ones.")
    ]


class UpsertOptions(MappedTable, ModeOptions, total=False):
    """Options of a bulk upsert."""

    bad_rows: Annotated[
        OnBad, Option("refuse", "`refuse` sends nothing while rows are bad, `skip` sends the good ones.")
    ]
    clear_empty: Annotated[
        bool,
        Option(default=False, doc="When true, empty cells of a table clear their fields; else they leave them alone."),
    ]

    journal: Annotated[
        str | Path | None,
        Option(
            None,
            "A file that keeps what was done, made when missing. After a crash, run the same again: it goes on where "
            "it stopped.",
        ),
    ]
    verify: Annotated[
        bool,
        Option(default=False, doc="When true, all rows are read back at the end and compared with what was sent."),
    ]
    stop_after_failed: Annotated[
        int | str | None,
        Option(
            None,
            "Stop when so many rows failed: a number, or a share of the rows sent such as `5%`. Checked after each "
            "call; calls begin with 100 rows, or that number if it is larger, and grow.",
        ),
    ]
    duplicates: Annotated[
        OnDuplicates, Option("refuse", "Which of several rows with one key is sent when they differ.")
    ]
    generate_keys: Annotated[
        list[str] | str | None,
        Option(
            None,
            "Fields that tell records apart, such as `email, company_id`. Rows without a key get an external id made "
            "of them, the same in each run, so that they can be sent again safely.",
        ),
    ]
    find_by: Annotated[
        list[str] | str | None,
        Option(
            None,
            "Fields that tell records apart. Rows without a key whose outcome is not known are looked up by them at "
            "the end; they are never sent again.",
        ),
    ]
    check_custom_fields: Annotated[
        bool,
        Option(
            default=True,
            doc="When true, custom values are converted as their fields hold them; fields that Planhat does not have, "
            "and values that do not fit, are bad rows. When false, Planhat stores values as they are.",
        ),
    ]


KEEP, REPORT = "keep", "report"
OTHERS = (KEEP, REPORT, "archive", "delete")
SHARE = re.compile(r"(\d+)\s*(%?)")

STRINGS = ("dates", "true", "false", "empty", "unique", "match_by")
"""Options that may be one string with commas."""


@dataclass(frozen=True, kw_only=True)
class RowOptions:
    """What a caller asked for, for all steps of a write: read, convert, identify, plan, send and account.

    Attributes:
        encoding: Read: the encoding of a file.
        delimiter: Read: the delimiter of a CSV file.
        sheet: Read: the worksheet of an Excel file.
        short_rows: Read: `refuse` rows of a CSV file with too few cells, or `fill` them with empty ones.
        mapping: Convert: lines `column -> field`, or a dictionary of columns and fields. Default: columns are fields.
        dates: Convert: date formats beside ISO 8601.
        decimal: Convert: the decimal separator, or `auto`.
        true: Convert: more words for true.
        false: Convert: more words for false.
        separator: Convert: the separator of several values in one cell.
        empty: Convert: strings that mark an empty cell.
        tidy: Convert: whether spaces around strings are removed, and letters composed (NFC).
        bad_cells: Convert: `refuse` the row of a cell that cannot be used, or `skip` the cell.
        clear_empty: Convert: whether empty cells clear their fields.
        check_custom_fields: Convert: whether custom fields are checked against what the tenant has defined.
        resolve_companies: Convert: whether each company is looked up, instead of sent as `extid-…` or `srcid-…`.
        given: Convert: whether values are what a program or a robot gave, rather than cells of a table: `None` clears
            its field, and a string is taken with its spaces.
        partial: Convert: whether a row is what changes in one record, rather than a row of a bulk write: it need not
            say which record it means, nor have what makes it one of the model.
        generate_keys: Identify: fields that an external id is made of, where a row has no key.
        find_by: Identify: fields by which rows without a key are found, where their outcome is unknown.
        unique: Identify: more fields by which rows are the same.
        match_by: Identify: more fields by which a row finds its record.
        bad_rows: Plan: `refuse` all rows while some are bad, or `skip` the bad ones.
        duplicates: Plan: which of several rows with one key is sent when they differ.
        compare: Plan: whether rows are compared with what Planhat has, and only differences sent.
        new: Plan: `create`, `skip` or `refuse` rows whose record Planhat does not have.
        known: Plan: `update`, `skip` or `refuse` rows whose record Planhat has.
        others: Plan: what happens to records that no row means.
        at_most: Plan: how many records, or which share of them, may be changed.
        where: Plan: the condition for records that count as others.
        dry_run: Plan: whether nothing is sent.
        journal: Send: the file that keeps what was done.
        stop_after_failed: Send: how many rows, or which share of them, may fail before the upload stops.
        verify: Send: whether all rows are read back at the end.
        progress: Send: called with the step, the number of rows done, and the total.
        fail_on_errors: Account: whether rows that failed or are unknown raise an error.
        save_as: Account: where to save the report.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    short_rows: Literal["refuse", "fill"] = "refuse"
    mapping: Any = None
    dates: tuple[str, ...] = ()
    decimal: str = "."
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    separator: str = ","
    empty: tuple[str, ...] = ()
    tidy: bool = True
    bad_cells: OnBad = "refuse"
    clear_empty: bool = False
    check_custom_fields: bool = True
    resolve_companies: bool = False
    given: bool = False
    partial: bool = False
    generate_keys: Any = None
    find_by: Any = None
    unique: tuple[str, ...] = ()
    match_by: tuple[str, ...] = ()
    bad_rows: OnBad = "refuse"
    duplicates: OnDuplicates = "refuse"
    compare: bool = False
    new: str = "create"
    known: str = "update"
    others: Any = KEEP
    at_most: int | str | None = None
    where: str | None = None
    dry_run: bool = False
    journal: str | Path | None = None
    stop_after_failed: int | str | None = None
    verify: bool = False
    progress: Progress = field(default=silent, compare=False)
    fail_on_errors: bool = True
    save_as: str | Path | None = None

    def __post_init__(self) -> None:
        if self.journal is not None:
            file_path(self.journal, "journal")
        if self.save_as is not None:
            file_path(self.save_as, "save_as")
        if self.generate_keys and self.find_by:
            raise PlanhatValidationError(
                "Give generate_keys or find_by, not both: where keys are generated, no row is left to be found."
            )
        self._require_modes()
        require_function("progress", self.progress)
        self.formats  # noqa: B018 - a format that is not valid is refused before anything is read

    def _require_modes(self) -> None:
        given = parse_literal(self.others)
        object.__setattr__(self, "others", given)
        if not (given in OTHERS if isinstance(given, str) else isinstance(given, dict) and given):
            raise PlanhatValidationError(
                f"others is one of {', '.join(OTHERS)}, or a dictionary of fields and values; not {given!r}."
            )
        if self.at_most is not None and not SHARE.fullmatch(str(self.at_most).strip()):
            raise PlanhatValidationError(
                f"at_most is a number of records, or a share of them such as 5 %; not {self.at_most!r}."
            )
        if given not in (KEEP, REPORT) and self.at_most is None:
            raise PlanhatValidationError(
                f"others={given!r} changes records that no row means, so it needs at_most, such as at_most=50 or "
                "at_most=5 %."
            )

    @property
    def compares(self) -> bool:
        """Whether rows have to be compared with what Planhat has."""
        modes = (self.new, self.known, self.others, self.at_most) != ("create", "update", KEEP, None)
        return self.compare or modes

    def limit_of(self, known: int) -> int | None:
        """Returns how many of so many records may be changed, if there is a limit."""
        found = SHARE.fullmatch(str(self.at_most).strip())
        if not found:
            return None
        return int(found[1]) * known // 100 if found[2] else int(found[1])

    @classmethod
    def of(cls, group: type, told: Mapping[str, Any], /, **more: Any) -> Self:
        """Returns the options that a caller gave, and the defaults of the others.

        Args:
            group: The options that the caller may give: one of the typed dictionaries above.
            told: What was given.
            **more: What the keyword itself decides.

        Raises:
            TypeError: If there is no such option; the message names those that there are.
            PlanhatValidationError: If a value is not one that the option takes, or two options contradict each other.
        """
        found: dict[str, Any] = dict(completed(group, told))
        found |= {name: as_strings(found[name], name) for name in STRINGS if name in found}
        return cls(**found, **more)

    @cached_property
    def formats(self) -> Formats:
        """How values are written in the table."""
        return Formats(**{each.name: getattr(self, each.name) for each in fields(Formats)})
