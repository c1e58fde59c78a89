"""Runs pytest as if orjson was not installed: `python utest/without_orjson.py [arguments of pytest]`."""

from __future__ import annotations

import sys

import pytest

if __name__ == "__main__":
    sys.modules["orjson"] = None  # type: ignore[assignment]
    raise SystemExit(pytest.main(sys.argv[1:]))
