"""Small helpers for generated pages."""

from __future__ import annotations

import re


def tidy(text: str) -> str:
    """Ends lines and pages alike: no spaces at line ends, one empty line between paragraphs, one newline at the end."""
    text = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def table(heads: list[str], rows: list[list[str]]) -> str:
    """Returns a Markdown table."""
    lines = [heads, ["---"] * len(heads), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def wrap_signature(line: str, width: int = 100) -> str:
    """Breaks a long signature after each of its arguments; short ones, and other lines, stay as they are."""
    found = re.match(r"^([\w.]+)\((.*)\)( -> .*)?$", line)
    if len(line) <= width or not found:
        return line
    name, arguments, result = found.groups()
    inner = "".join(f"    {argument},\n" for argument in split_arguments(arguments))
    return f"{name}(\n{inner}){result or ''}"


def split_arguments(text: str) -> list[str]:
    """Splits at the commas outside of brackets and quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for index, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign == "," and not depth:
            parts.append(text[start:index].strip())
            start = index + 1
        else:
            depth += (sign in "([{") - (sign in ")]}")
    return [*parts, text[start:].strip()]


def slug(heading: str) -> str:
    """Returns the anchor of a heading on pages that Python-Markdown or Libdoc have made."""
    from markdown.extensions.toc import slugify  # noqa: PLC0415 - needed for pages only

    return str(slugify(heading.replace("`", ""), "-"))
