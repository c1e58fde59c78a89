"""Policies for sending requests: retries, pace, deadlines. Knows nothing of Robot and of Planhat's models."""

from RPA.Planhat.transport.answer import ask_again
from RPA.Planhat.transport.deadline import SLICE, Deadline, sleep
from RPA.Planhat.transport.sender import Transport
from RPA.Planhat.transport.settings import SETTINGS, Setting, Settings, Unit
from RPA.Planhat.transport.verdict import READS, unreadable

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
    "sleep",
    "unreadable",
]
