"""Policies for sending requests: retries, pace, deadlines. Knows nothing of Robot and of Planhat's models."""

from RPA.Planhat.transport.calls import Transport, ask_again
from RPA.Planhat.transport.error_messages import READS, unreadable
from RPA.Planhat.transport.http import is_loopback
from RPA.Planhat.transport.pacing import SLICE, Deadline, sleep
from RPA.Planhat.transport.settings import SETTINGS, Setting, Settings, Unit

__all__ = [
    "READS",
    "SETTINGS",
    "SLICE",
    "Deadline",
    "Setting",
    "Settings",
    "Transport",
    "Unit",
    "ask_again",
    "is_loopback",
    "sleep",
    "unreadable",
]
