"""Known vulnerabilities of dependencies, told from the pages of a package index."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from compat import advisories
from utest.stub import Stub, nowhere, reply, running

FLAW = {"id": "PYSEC-2026-1", "link": "https://osv.dev/PYSEC-2026-1"}


def test_what_users_install_is_looked_at_and_no_tool_of_developers() -> None:
    found = advisories.needed(advisories.PACKAGE, advisories.EXTRAS)
    assert {"requests", "urllib3", "robotframework", "python-calamine", "xlsxwriter"} <= found
    assert not found & {"pytest", "mypy", "hypothesis"}


@pytest.mark.parametrize(
    ("of_requests", "status", "told"),
    [
        ({"vulnerabilities": []}, 0, "free of them"),
        ({"vulnerabilities": [FLAW]}, 1, f"requests {version('requests')}: PYSEC-2026-1"),
        ({"vulnerabilities": [], "info": {"version": "0.1"}}, 0, f"Nothing is known of requests {version('requests')}"),
        ({"vulnerabilities": None}, 0, f"Nothing is known of requests {version('requests')}"),
    ],
)
def test_a_vulnerability_of_one_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], of_requests: object, status: int, told: str
) -> None:
    with running(Stub()) as index:
        for name in advisories.needed(advisories.PACKAGE, advisories.EXTRAS):
            page = {"info": {"version": version(name)}, "vulnerabilities": []}
            index.on(f"GET /{name}", reply({**page, **(of_requests if name == "requests" else {})}))  # type: ignore[dict-item]
        monkeypatch.setattr(advisories, "PAGE", f"{index.url}/{{}}")
        assert advisories.main() == status
    assert told in capsys.readouterr().out


def test_an_index_that_is_not_there_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(advisories, "PAGE", f"{nowhere()}/{{}}")
    assert advisories.main() == 0
    assert "Known vulnerabilities: 0; 0 dependencies" in capsys.readouterr().out
