"""The one object from which all steps of a write read what the caller asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.formats import USUAL, Formats
from RPA.Planhat.operations.input.text_files import codec_of, delimiter_named
from RPA.Planhat.operations.options import OnBad, OnDuplicates, Progress, completed
from RPA.Planhat.text.files import file_path
from RPA.Planhat.text.parsing import as_strings, parse_literal, require, require_function

if TYPE_CHECKING:
    from typing_extensions import Self

KEEP, REPORT = "keep", "report"
OTHERS = (KEEP, REPORT, "archive", "delete")
SHARE = re.compile(r"(\d+)\s*(%?)")
ALL = 100
"""A share of all, in percent."""


def failure_limit(given: int | str) -> tuple[float, float]:
    """Returns how many rows may fail: a number, and a share of those sent.

    Raises:
        PlanhatValidationError: If it is neither, or a limit that is never reached.
    """
    text = str(given).strip()
    number = text.removesuffix("%")
    if not number.isdecimal() or int(number) == 0 or (number != text and int(number) > ALL):
        raise PlanhatValidationError(
            f"stop_after_failed is a number of rows or a share such as 5%, at most 100%, not {given!r}."
        )
    return (float(number), 0.0) if number == text else (1.0, float(number) / 100)


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
        others: Plan: what happens to records that are in no row.
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
    progress: Progress | None = field(default=None, compare=False)
    fail_on_errors: bool = True
    save_as: str | Path | None = None

    def __post_init__(self) -> None:
        if (self.encoding, self.delimiter, self.sheet) != (None, None, None):
            self._require_file_options()
        if self.journal is not None:
            file_path(self.journal, "journal")
        if self.save_as is not None:
            file_path(self.save_as, "save_as")
        if self.generate_keys and self.find_by:
            raise PlanhatValidationError(
                "Give generate_keys or find_by, not both: where keys are generated, no row is left to be found."
            )
        if self.stop_after_failed is not None:
            failure_limit(self.stop_after_failed)
        if (self.others, self.at_most) != (KEEP, None):
            self._require_modes()
        if self.progress is not None:
            require_function("progress", self.progress)
        self.formats  # noqa: B018 - a format that is not valid is refused before anything is read

    def _require_file_options(self) -> None:
        """Refuses what cannot be one, whatever the rows are: they may be a file the next time."""
        codec_of(self.encoding)
        if self.delimiter:
            delimiter_named(self.delimiter)
        if self.sheet is not None:
            require("sheet", self.sheet, str, "the name of a worksheet")

    def _require_modes(self) -> None:
        given = parse_literal(self.others)
        object.__setattr__(self, "others", given)
        if not (given in OTHERS if isinstance(given, str) else isinstance(given, dict) and given):
            raise PlanhatValidationError(
                f"others is one of {', '.join(OTHERS)}, or a dictionary of fields and values; not {given!r}."
            )
        share = SHARE.fullmatch(str(self.at_most).strip())
        if self.at_most is not None and not (share and (not share[2] or int(share[1]) <= ALL)):
            raise PlanhatValidationError(
                f"at_most is a number of records, or a share of them such as 5 %, at most 100 %; not {self.at_most!r}."
            )
        if given not in (KEEP, REPORT) and self.at_most is None:
            raise PlanhatValidationError(
                f"others={given!r} changes records that are in no row, so it needs at_most, such as at_most=50 or "
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
    def of(cls, group: type, options: Mapping[str, Any], /, **more: Any) -> Self:
        """Returns the options that a caller gave, and the defaults of the others.

        Args:
            group: The options that the caller may give: one of the typed dictionaries of `operations.options`.
            options: What was given.
            **more: What the keyword itself decides.

        Raises:
            TypeError: If there is no such option; the message names those that there are.
            PlanhatValidationError: If a value is not one that the option takes, or two options contradict each other.
        """
        # Without any the defaults of the fields hold, which are those of the groups.
        found: dict[str, Any] = dict(completed(group, options)) if options else {}
        for name in STRINGS:
            if name in found:
                found[name] = () if found[name] is None else as_strings(found[name], name)
        return cls(**found, **more)

    @cached_property
    def formats(self) -> Formats:
        """How values are written in the table."""
        own = (self.dates, self.decimal, self.true, self.false, self.separator, self.empty, self.tidy)
        return USUAL if own == astuple(USUAL) else Formats(*own)
