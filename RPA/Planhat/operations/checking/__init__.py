"""Checking a connection, with answers that a support person can use. Nothing is written and no data is sent."""

from typing import TYPE_CHECKING

from RPA.Planhat.operations import loader_of

if TYPE_CHECKING:
    from RPA.Planhat.operations.checking import check, report
else:
    __getattr__ = loader_of(__name__)
