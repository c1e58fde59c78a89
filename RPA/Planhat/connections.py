"""The open connections of a library, by alias."""

from __future__ import annotations

from typing import TYPE_CHECKING

from RPA.Planhat.errors import PlanhatAuthConfigurationError
from RPA.Planhat.text.parsing import require

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.session import PlanhatSession

DEFAULT = "default"


class Connections:
    """Sessions by alias; the default one is opened from the import arguments when it is first needed.

    Args:
        make_default: Makes the session that is used when none was connected.
    """

    def __init__(self, make_default: Callable[[], PlanhatSession]) -> None:
        self._make_default = make_default
        self._sessions: dict[str, PlanhatSession] = {}
        self._current = DEFAULT

    def open(self, alias: str, session: PlanhatSession) -> None:
        """Adds a session and makes it the current one; an older one of that alias is closed."""
        if alias in self._sessions:
            self._sessions[alias].close()
        self._sessions[alias] = session
        self._current = alias

    def get(self, alias: str | None = None) -> PlanhatSession:
        """Returns a session: the current one unless an alias is given.

        Raises:
            PlanhatAuthConfigurationError: If there is none of that alias; the message names those that are open.
        """
        alias = alias or self._current
        require("alias", alias, str, "a string")
        if alias not in self._sessions and alias == DEFAULT:
            # Two threads may both make one: making it costs nothing, and the first one stays.
            self._sessions.setdefault(DEFAULT, self._make_default())
        if alias not in self._sessions:
            known = ", ".join(sorted(self._sessions)) or "none"
            raise PlanhatAuthConfigurationError(
                f"There is no Planhat connection {alias!r}. Open: {known}. Use Connect To Planhat with alias={alias}."
            )
        return self._sessions[alias]

    def switch(self, alias: str) -> str:
        """Makes another session the current one and returns the alias of the one before."""
        self.get(alias)
        previous, self._current = self._current, alias
        return previous

    def close_all(self) -> None:
        """Closes all sessions and forgets them."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()
        self._current = DEFAULT

    def forget_cached(self) -> None:
        """Empties the caches of all sessions."""
        for session in self._sessions.values():
            session.cache.clear()
