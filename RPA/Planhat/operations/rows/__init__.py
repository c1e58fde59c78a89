"""The way of every row that is written: read, convert, identify, plan, send, account."""

from typing import TYPE_CHECKING

from RPA.Planhat.operations import loader_of

if TYPE_CHECKING:
    from RPA.Planhat.operations.rows import (
        convert,
        importing,
        mapping,
        options,
        outcomes,
        payloads,
        report,
        stores,
        upsert,
    )
else:
    __getattr__ = loader_of(__name__)
