"""What endusers did and what was measured: activities, metrics, events, which go to the analytics host."""

from typing import TYPE_CHECKING

from RPA.Planhat.operations import loader_of

if TYPE_CHECKING:
    from RPA.Planhat.operations.usage import activities, report, sending, verifying
else:
    __getattr__ = loader_of(__name__)
