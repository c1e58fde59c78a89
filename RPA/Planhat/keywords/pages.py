"""The page of one keyword in the documentation: summary, arguments, result, errors, and an example that runs."""

from __future__ import annotations

ALIAS_DOC = "alias: The connection to use; the current one unless given."

LONGEST_STEP = 88
"""Characters of a step in an example."""

Parts = tuple[str, list[str], str, list[str], list[str]]
"""What a page is made of: summary, arguments, what is returned, errors, the steps of the example."""


def page(name: str, parts: Parts) -> str:
    """Returns the documentation of a keyword as Robot and Libdoc read it."""
    summary, arguments, returns, raises, steps = parts
    sections = [
        summary,
        _section("Args", sorted([*arguments, ALIAS_DOC], key=_is_free)),
        _section("Returns", [returns]),
        _section("Raises", raises),
        "Examples:\n\n```robotframework\n*** Tasks ***\n" + _task(name, steps) + "\n```",
    ]
    return "\n\n".join(sections)


def _is_free(line: str) -> bool:
    return line.startswith("**")


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([f"{title}:", *(f"    {line}" for line in lines)])


def _task(name: str, steps: list[str]) -> str:
    return "\n".join([f"Example Of {name}", *(f"    {_folded(step)}" for step in steps)])


def _folded(step: str) -> str:
    """Puts each argument of a long step on a line of its own."""
    if len(step) <= LONGEST_STEP:
        return step
    keyword = 2 if step.startswith(("${", "@{")) else 1
    cells = step.split("    ")
    return "\n    ...    ".join(["    ".join(cells[:keyword]), *cells[keyword:]])
