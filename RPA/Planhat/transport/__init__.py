"""Policies for sending requests: retries, pace, deadlines. Free of Robot and of Planhat's models.

What sends is in `calls`, which loads `requests`; here is what can be had without.
"""

from RPA.Planhat.errors.base import READS
from RPA.Planhat.transport.pacing import SLICE, Deadline, sleep
from RPA.Planhat.transport.settings import SETTINGS, Setting, Settings, Unit

__all__ = [
    "READS",
    "SETTINGS",
    "SLICE",
    "Deadline",
    "Setting",
    "Settings",
    "Unit",
    "sleep",
]
