"""The sandbox answers documented requests with the keys and kinds of values that the page about Planhat shows."""

from __future__ import annotations

from typing import Any

from docs.contract import CONTRACT, KINDS


def test_documented_requests_have_the_documented_responses(planhat: Any) -> None:
    made: dict[str, str] = {}
    for each in CONTRACT:
        model = each.path.split("/")[1]
        path = each.path.replace("{id}", made.get(model, ""))
        answer = planhat.request(each.method, path, **({} if each.body is None else {"json": each.body}))
        assert answer.status_code == 200, (each, answer.text)
        content = answer.json()
        shown = content[0] if isinstance(content, list) else content
        if each.method == "POST":
            made[model] = shown["_id"]
        for key, kind in each.expected().items():
            assert key in shown, (each.path, key)
            assert KINDS[kind](shown[key]), (each.path, key, shown[key])
