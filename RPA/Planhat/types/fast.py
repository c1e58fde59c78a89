"""orjson, when it is installed, as the extra `[fast]` does; else nothing."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def _orjson() -> Any:
    try:
        return import_module("orjson")
    except ImportError:
        return None


orjson: Any = _orjson()
