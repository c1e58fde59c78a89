"""How rows are read, and sent to the analytics host; one place for keywords and programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypedDict

from RPA.Planhat.operations.options import OnBad, Option
from RPA.Planhat.operations.rows.options import MappedTable


class SendingOptions(TypedDict, total=False):
    """How rows are sent to the analytics host."""

    bad_rows: Annotated[
        OnBad, Option("refuse", "`refuse` sends nothing while rows are bad, `skip` sends the good ones.")
    ]
    at_least_once: Annotated[
        bool,
        Option(default=False, doc="When true, rows are sent again if the answer was lost; they may then count twice."),
    ]
    journal: Annotated[
        str | Path | None,
        Option(
            None,
            "A file that keeps what was sent, made when missing. After a crash, run the same again: it goes on where "
            "it stopped.",
        ),
    ]


class TrackingOptions(SendingOptions, MappedTable, total=False):
    """How a table of activities is read and sent."""
