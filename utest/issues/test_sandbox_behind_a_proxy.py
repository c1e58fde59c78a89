"""On a machine whose environment names a proxy, the sandbox of the library was sought behind it, and not found."""

from __future__ import annotations

import pytest

from RPA.Planhat import Planhat, types


def test_the_sandbox_of_the_library_is_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    planhat = Planhat(sandbox=True, retries=0)
    try:
        assert planhat.create_object(types.Company(name="Acme")).name == "Acme"
    finally:
        planhat.close()
