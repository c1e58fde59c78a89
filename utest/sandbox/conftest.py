"""A session that knows the token of the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.sandbox import Sandbox


class Planhat(requests.Session):
    """A session whose paths are relative to the sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self.trust_env = False
        self.sandbox = sandbox
        self.headers["Authorization"] = f"Bearer {sandbox.api_key}"

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", 60)
        kwargs["allow_redirects"] = False
        path = url if isinstance(url, str) else url.decode()
        return super().request(method, path if path.startswith("http") else self.sandbox.url + path, *args, **kwargs)

    def made(self, path: str, /, **body: Any) -> dict[str, Any]:
        """Creates a record and returns it."""
        answer = self.post(f"/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def rows(self, path: str, /, **query: Any) -> list[dict[str, Any]]:
        """Lists a model."""
        answer = self.get(f"/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    def upserted(self, path: str, *rows: Any, status: int = 200) -> dict[str, Any]:
        """Upserts rows and returns the envelope."""
        answer = self.put(f"/{path}", json=list(rows))
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    def track(self, path: str, body: Any) -> requests.Response:
        """Posts to the analytics host, without a token."""
        url = f"{self.sandbox.url}/{path}/{self.sandbox.tenant_uuid}"
        return requests.post(url, json=body, timeout=60)


@pytest.fixture
def planhat(sandbox: Sandbox) -> Iterator[Planhat]:
    """A session with a sandbox that has two companies."""
    with Planhat(sandbox) as session:
        session.made("companies", name="First", externalId="first", sourceId="crm-1", domains=["first.example"])
        session.made("companies", name="Second", externalId="second", sourceId="crm-2", domains=["second.example"])
        yield session


@pytest.fixture
def session_of() -> type[Planhat]:
    """The class of such sessions, for tests that start a sandbox of their own."""
    return Planhat
