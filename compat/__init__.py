"""Tries the library in clean environments and beside its neighbours: `invoke compat`."""
