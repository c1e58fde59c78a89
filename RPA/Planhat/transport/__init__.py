"""Policies for sending requests: retries, pace, deadlines. Knows nothing of Robot and of Planhat's models."""

from RPA.Planhat.transport.deadline import SLICE, Deadline, sleep
from RPA.Planhat.transport.pacing import CONNECTIONS
from RPA.Planhat.transport.sender import Transport
from RPA.Planhat.transport.settings import Settings
from RPA.Planhat.transport.verdict import unreadable

__all__ = ["CONNECTIONS", "SLICE", "Deadline", "Settings", "Transport", "sleep", "unreadable"]
