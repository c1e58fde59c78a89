"""What a caller may give an operation beside its data: type, default and meaning, written down once.

Keywords make their arguments and their documentation of it, Python methods take it as `**options`. Annotations are
objects here, not strings: a robot that starts waits until all of them were looked at.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict, TypeVar, cast, get_args, get_origin

from RPA.Planhat.errors import PlanhatOptionError, PlanhatValidationError
from RPA.Planhat.text.messages import near_matches, unknown_option
from RPA.Planhat.text.parsing import require

T = TypeVar("T")

OnBad = Literal["refuse", "skip"]
"""What is done with bad rows, or with a bad cell: all rows, or its row, are refused; or only the bad are left out."""

OnDuplicates = Literal["refuse", "first", "last"]
"""Which of several rows with one key is sent when they differ."""


@dataclass(frozen=True)
class Option:
    """What is known of an option beside its type, whose annotation holds it.

    Attributes:
        default: Its value when it is left out.
        doc: What it means.
    """

    default: Any
    doc: str


@dataclass(frozen=True)
class Described:
    """An option of a group.

    Attributes:
        name: Its name.
        hint: Its type.
        default: Its value when it is left out.
        doc: What it means.
    """

    name: str
    hint: Any
    default: Any
    doc: str


@cache
def described(group: type) -> tuple[Described, ...]:
    """Returns the options of a group.

    Args:
        group: A `TypedDict` whose entries are written as `Annotated[type, Option(default, doc)]`.
    """
    found = []
    for name, annotated in group.__annotations__.items():
        hint, option = get_args(annotated)
        found.append(Described(name, hint, option.default, option.doc))
    return tuple(found)


def completed(group: type[T], given: Mapping[str, Any]) -> T:
    """Returns all options of a group: as given, else their defaults.

    Raises:
        PlanhatOptionError: If one is given that the group does not have.
        PlanhatValidationError: If one is a word that it cannot be.
    """
    found: dict[str, Any] = {}
    for each in described(group):  # type: ignore[arg-type]
        found[each.name] = given.get(each.name, each.default)
        if each.name in given:
            _refuse_other_words(each, given[each.name])
    for name in given:
        if name not in found:
            raise PlanhatOptionError(f"{unknown_option(name, found)} There are {', '.join(found)}.")
    return cast("T", found)


def share_of(group: type[T], options: Mapping[str, Any]) -> T:
    """Returns the options of one group among those of several."""
    return cast("T", {name: options[name] for name in group.__annotations__})


def refuse_misspelt(group: type, text: Any) -> None:
    """Refuses a misspelled option: Robot Framework takes `dimension=logins` for the argument before it.

    Args:
        group: The options that could be meant.
        text: What came in the place of an argument such as the path of a file.

    Raises:
        PlanhatValidationError: If its beginning is like the name of an option, and it is not a file.
    """
    written = re.match(r"(\w+)=", text) if isinstance(text, str) else None
    if written is None:
        return
    known = [each.name for each in described(group)]
    if near_matches(written[1], known) and not Path(text).is_file():
        raise PlanhatValidationError(unknown_option(written[1], known))


def _refuse_other_words(option: Described, value: Any) -> None:
    if option.hint is bool:
        require(option.name, value, bool, "True or False")
    words = get_args(option.hint) if get_origin(option.hint) is Literal else ()
    if words and value not in words:
        raise PlanhatValidationError(f"{option.name} is one of {', '.join(map(repr, words))}, not {value!r}.")


Texts = list[str] | str | None
"""Several strings: a list, or one string with commas."""

Progress = Callable[[str, int, int], None]
"""Called with the step, the number of rows done, and the total; 0 when that is not known."""


BadRowsOption = Annotated[
    OnBad, Option("refuse", "`refuse` sends nothing while rows are bad, `skip` sends the good ones.")
]
DuplicatesOption = Annotated[
    OnDuplicates, Option("refuse", "Which of several rows with one key is sent when they differ.")
]
JournalOption = Annotated[
    str | Path | None,
    Option(None, "The journal, a file that is created when missing. After a crash, run the same again to continue."),
]
"""Options of several groups, each at another place: an inherited option would come first in the signature."""


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
        Option(None, "Date formats beside ISO 8601, such as `DD.MM.YYYY, DD/MM/YYYY HH:mm`."),
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
            "Maximum number of records that may be updated: a number, or a share of those that Planhat has such as "
            "`5 %`. Above it nothing is sent.",
        ),
    ]


class TableOptions(FormatOptions, FileOptions, ModeOptions, total=False):
    """Options of every import and every sync."""

    clear_empty: Annotated[
        bool, Option(default=False, doc="When true, empty cells clear their fields; else they leave them alone.")
    ]
    bad_rows: BadRowsOption
    bad_cells: Annotated[OnBad, Option("refuse", "`refuse` makes its row bad, `skip` sends the rest of it.")]
    duplicates: DuplicatesOption
    unique: Annotated[Texts, Option(None, "More fields by which rows are the same, such as `email`.")]
    check_custom_fields: Annotated[
        bool, Option(default=True, doc="When false, custom fields are sent unchecked and strings stay strings.")
    ]
    fail_on_errors: Annotated[
        bool, Option(default=True, doc="When false, rows that Planhat refuses are only reported.")
    ]
    save_as: Annotated[
        str | Path | None,
        Option(
            None,
            "Where to save the report as three CSV files, see [Save Upsert Report]; or the plan as one CSV file of "
            "exactly this name.",
        ),
    ]


class PlanOptions(TypedDict, total=False):
    """The option that turns an import or a sync into a plan."""

    dry_run: Annotated[bool, Option(default=False, doc="When true, nothing is sent, and the plan is returned.")]


class ImportSettings(TableOptions, total=False):
    """Options of an import that sends."""

    journal: Annotated[
        str | Path | None,
        Option(None, "The journal, a file. After a crash, run the same again to continue."),
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
            "Records that are in no row: `keep`, `report`, `archive` or `delete` them, or a dictionary of the fields "
            "to change, such as `{'phase': 'lost'}`. All but `keep` and `report` need `at_most`.",
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

    bad_rows: BadRowsOption
    clear_empty: Annotated[
        bool,
        Option(default=False, doc="When true, empty cells of a table clear their fields; else they leave them alone."),
    ]
    journal: JournalOption
    verify: Annotated[
        bool,
        Option(
            default=False,
            doc="When true, all rows that have a key are read back at the end and compared with what was sent.",
        ),
    ]
    stop_after_failed: Annotated[
        int | str | None,
        Option(
            None,
            "Number of failed rows at which the upload stops, or a share of the rows sent such as `5%`. Checked after "
            "each call; calls begin with 100 rows, or that number if it is larger, and grow.",
        ),
    ]
    duplicates: DuplicatesOption
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


class LayoutOptions(TypedDict, total=False):
    """How a file is laid out that is written."""

    delimiter: Annotated[str | None, Option(None, "Delimiter of a CSV file, such as `;`. Default: a comma.")]
    decimal: Annotated[
        Literal[".", ","], Option(".", "Decimal separator in a CSV file; `,` needs another delimiter than a comma.")
    ]
    encoding: Annotated[
        str | None,
        Option(
            None, "Encoding of a CSV file. Default: UTF-8; Excel shows it right with `utf-8-sig` (a byte order mark)."
        ),
    ]
    dates: Annotated[
        str | None,
        Option(None, "Date format in a CSV file, such as `DD.MM.YYYY` or `DD.MM.YYYY HH:mm`. Default: ISO 8601."),
    ]
