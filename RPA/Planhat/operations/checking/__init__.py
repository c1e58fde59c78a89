"""Checking a connection, with answers that a support person can use. Nothing is written and no data is sent."""
