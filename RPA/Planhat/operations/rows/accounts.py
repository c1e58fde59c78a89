"""What all reports share: counts, rows, one wording, and a form that goes into JSON and work items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatBulkError
from RPA.Planhat.text.messages import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAMED_FAILURES = 5
"""Failures that an error message names; the report has all."""

COMPUTED = ("counts", "rows")


class Account(dict[str, Any]):
    """A report: everything that was given is in it exactly once.

    As a dictionary it has `counts` and `rows`, so that it can be kept as JSON or in a work item. Both are made when
    they are asked for, since there may be millions of rows.
    """

    NOUN = "rows"
    DONE = "stored"
    NOT_DONE: tuple[str, ...] = ("failed",)
    """Outcomes of what was certainly not done; `unknown` may or may not be done."""

    @property
    def counts(self) -> dict[str, int]:
        """How many ended in each outcome."""
        raise NotImplementedError

    def entries(self) -> Iterable[Any]:
        """Returns a dictionary for each row."""
        raise NotImplementedError

    def problem(self, noun: str = "") -> str:
        """Returns in words how much was not done, or may not be; nothing if all was done.

        Args:
            noun: What was to be done. Default: that of the report.
        """
        counts = self.counts
        failed, unknown = sum(counts.get(name, 0) for name in self.NOT_DONE), counts.get("unknown", 0)
        if not failed and not unknown:
            return ""
        share = f"{failed or unknown} of {sum(counts.values())} {noun or self.NOUN}"
        told = f"{share} were not {self.DONE}" if failed else f"{share} may not have been {self.DONE}"
        more = f", {unknown} more may not have been {self.DONE}" if failed and unknown else ""
        return f"{told}{more}: {self}"

    def raise_unless_done(self, first: Iterable[Any]) -> None:
        """Fails when something was not done, or may not be.

        Args:
            first: The first things that were not done, to be named.

        Raises:
            PlanhatBulkError: With this report on it.
        """
        problem = self.problem()
        if problem:
            total = sum(self.counts.get(name, 0) for name in (*self.NOT_DONE, "unknown"))
            raise PlanhatBulkError(problem + listed(first, total), self)

    def __missing__(self, key: str) -> Any:
        if key == "counts":
            return self.counts
        if key == "rows":
            return list(self.entries())
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        yield from super().__iter__()
        yield from COMPUTED

    def __len__(self) -> int:
        return super().__len__() + len(COMPUTED)

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in COMPUTED

    def keys(self) -> Any:
        """Returns the names of all that it has."""
        return dict.fromkeys(self).keys()

    def items(self) -> Any:
        """Returns all that it has, with `counts` and `rows`."""
        return {key: self[key] for key in self}.items()

    def values(self) -> Any:
        """Returns the values of all that it has."""
        return {key: self[key] for key in self}.values()

    def get(self, key: str, default: Any = None) -> Any:
        """Returns what it has under a name, or the default."""
        return self[key] if key in self else default  # noqa: SIM401 - this is what it would call

    def __repr__(self) -> str:
        return ", ".join(f"{count} {name}" for name, count in self.counts.items() if count) or f"no {self.NOUN}"

    __str__ = __repr__
