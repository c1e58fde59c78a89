"""What a bulk upsert may be told; one place for keywords and programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypedDict

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.options import OnDuplicates, Option, completed
from RPA.Planhat.text.files import file_path


class UpsertOptions(TypedDict, total=False):
    """How rows are upserted."""

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
        Option(None, "Stop when so many rows failed: a number, or a share of the rows sent such as `5%`."),
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
            default=False,
            doc="When true, custom fields that Planhat does not have, and values that do not fit theirs, are bad "
            "rows; else Planhat stores them as they are.",
        ),
    ]


def upsert_options(given: UpsertOptions) -> UpsertOptions:
    """Returns all options: as given, else their defaults.

    Raises:
        TypeError: If there is no such option; the message names those that there are.
        PlanhatValidationError: If they contradict each other, or the journal is no path.
    """
    told = completed(UpsertOptions, given)
    if told["journal"] is not None:
        file_path(told["journal"], "journal")
    if told["generate_keys"] and told["find_by"]:
        raise PlanhatValidationError(
            "Give generate_keys or find_by, not both: where keys are generated, no row is left to be found."
        )
    return told
