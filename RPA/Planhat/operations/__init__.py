"""What can be done with records, free of Robot Framework.

Keywords and typed methods write `operations.reading.read_list`: a module loads when it is first used, since a robot
waits for all that is loaded, and uses little of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from RPA.Planhat.operations import (
        checking,
        conversations,
        custom,
        dry_run,
        exporting,
        filters,
        finding,
        flattening,
        html_report,
        input,  # noqa: A004 - a package, not the function
        merging,
        reading,
        references,
        rows,
        snapshots,
        tenant_export,
        usage,
        webhooks,
        writing,
    )


def loader_of(package: str) -> Callable[[str], ModuleType]:
    """Returns a `__getattr__` for a package that loads a module of it when somebody asks for it (PEP 562)."""

    def load(name: str) -> ModuleType:
        full = f"{package}.{name}"
        try:
            return import_module(full)
        except ModuleNotFoundError as problem:
            if problem.name != full:
                raise
            raise AttributeError(f"module {package!r} has no attribute {name!r}") from None

    return load


if not TYPE_CHECKING:
    __getattr__ = loader_of(__name__)
