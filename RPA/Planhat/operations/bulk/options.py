"""What a bulk upsert may be told; one place for keywords and programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.options import OnDuplicates, Option, completed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


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


@dataclass(frozen=True)
class BulkOptions:
    """The same as an operation takes it; see `UpsertOptions`."""

    journal: str | Path | None = None
    verify: bool = False
    stop_after_failed: int | str | None = None
    duplicates: OnDuplicates = "refuse"
    generate_keys: str | Iterable[str] | None = None
    find_by: str | Iterable[str] | None = None
    check_custom_fields: bool = False

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> BulkOptions:
        """Returns options as a caller gave them by name, the others by default.

        Raises:
            TypeError: If there is no such option; the message names those that there are.
        """
        return cls(**completed(UpsertOptions, given))

    def __post_init__(self) -> None:
        if self.generate_keys and self.find_by:
            raise PlanhatValidationError(
                "Give generate_keys or find_by, not both: where keys are generated, no row is left to be found."
            )
