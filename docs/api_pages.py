"""Makes the pages about the Python API: griffe reads the source without running it, griffe2md renders it.

What griffe2md leaves open is done here: links between the pages, long signatures, and the fields of models, which
are descriptors and not visible in the source text as attributes with a meaning.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, is_typeddict

from docs.texts import table, tidy, wrap_signature

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = "RPA.Planhat"

NOT_SHOWN: Final = frozenset({"connections", "keywords", "surface", "transport", "vaults", "version"})
"""Parts that are not for import: keywords have pages of their own, the others belong to the client or the session."""

START: Final = {
    "client": "`Planhat`, which is called `PlanhatClient` there: its arguments and its methods.",
    "types": "The models, as `types.Company`; lists of records, kinds of ids.",
    "errors": "What can be caught, as `errors.PlanhatNotFoundError`.",
    "session": "The connection, for single HTTP calls: `planhat.session.get('/companies')`.",
}
"""What a Python program begins with, and what it finds there."""

FOR_TESTS: Final = {
    "sandbox.library": "`Sandbox`: a local Planhat, as context manager.",
    "sandbox.pytest_plugin": "Fixtures for pytest.",
    "sandbox": "What else the sandbox offers.",
}
"""What a test of such a program begins with."""

WITH_INHERITED: Final = frozenset({"RPA.Planhat.client"})
"""Modules whose classes also show what they inherit from parts that are not shown."""

OPTIONS: Final[dict[str, Any]] = {
    "heading_level": 1,
    "inherited_members": False,
    "members_order": "source",
    "show_if_no_docstring": False,
    "show_object_full_path": False,
    "show_root_members_full_path": False,
    "show_signature_annotations": True,
    "show_submodules": False,
    "summary": False,
}


def api_pages(folder: Path) -> Iterator[str]:
    """Writes one page for each public module and an overview; yields their file names."""
    if importlib.util.find_spec("griffe2md") is None:
        print("API pages need griffe2md (Python 3.11 or newer); skipped.")
        return
    # Signatures are wrapped here; black would do it, too, where it happens to be installed.
    sys.modules["black"] = None  # type: ignore[assignment]
    modules = _documented_modules()
    for name, module in modules.items():
        page = folder / _page_of(name)
        page.write_text(_page_text(module, modules), "utf-8")
        yield page.name
    (folder / "README.md").write_text(_overview(modules), "utf-8")
    yield "README.md"


def public_modules(root: Path = ROOT) -> list[str]:
    """Returns the dotted names of the modules to import from, found by walking the package."""
    package = root.joinpath(*PACKAGE.split("."))
    names = []
    for path in package.rglob("*.py"):
        if not (path.parent / "__init__.py").exists():
            continue
        parts = [part for part in path.relative_to(package).with_suffix("").parts if part != "__init__"]
        if parts and parts[0] not in NOT_SHOWN and not any(part.startswith("_") for part in parts):
            names.append(".".join([PACKAGE, *parts]))
    return sorted(names)


def _documented_modules() -> dict[str, Any]:
    """Returns griffe's model of every public module that has something to show."""
    from griffe import GriffeLoader, Parser  # noqa: PLC0415 - not there on Python 3.10

    loader = GriffeLoader(search_paths=[ROOT], docstring_parser=Parser("google"), allow_inspection=False)
    loader.load(PACKAGE)
    loader.resolve_aliases(external=False)
    modules = {name: loader.modules_collection[name] for name in public_modules()}
    return {name: module for name, module in modules.items() if module.docstring or _own_members(module)}


def _page_text(module: Any, modules: dict[str, Any]) -> str:
    from griffe2md import render_object_docs  # noqa: PLC0415 - not there on Python 3.10

    options: Any = dict(OPTIONS, members=_own_members(module) or False, inherited_members=module.path in WITH_INHERITED)
    text = tidy(render_object_docs(module, options))
    text = "\n".join(wrap_signature(line) for line in text.splitlines())
    text = _link(_link_to_keywords(text), module, modules)
    for model in _models_of(module.path):
        text = _below(text, model.__name__, _fields_of(model))
    for group in _groups_of(module.path):
        text = _below(text, group.__name__, _options_of(group))
    return tidy(f"{text}\n\n{_imported(module, modules)}")


def _own_members(module: Any) -> list[str]:
    """Returns the public names that a module defines itself, in their order."""
    members = ((name, member) for name, member in module.members.items() if not name.startswith("_"))
    return [name for name, member in members if not (member.is_alias or member.is_module) and _is_shown(member)]


def _is_shown(member: Any) -> bool:
    return bool(member.docstring) or member.is_class


def _imported(module: Any, modules: dict[str, Any]) -> str:
    """Returns the list of what a package offers from its modules."""
    names = sorted(name for name in module.exports or [] if module.members[name].is_alias)
    found = [(name, _target(module.members[name].target_path, modules)) for name in map(str, names)]
    rows = [f"- [`{name}`]({link})" for name, link in found if link]
    return "\n".join(["## Also to be imported from here", "", *rows]) if rows else ""


def _link(text: str, module: Any, modules: dict[str, Any]) -> str:
    """Lets links point to the page and heading where a name is described; others become plain text."""

    def replace(found: re.Match[str]) -> str:
        name, path = found.groups()
        link = _target(path, modules) or _target(f"{module.path}.{path}", modules)
        return f"[{name}]({link})" if link else name

    return re.sub(r"\[([^\[\]]+)\]\(#([^)]*)\)", replace, text)


def _link_to_keywords(text: str) -> str:
    """Lets `[Section]` and `[Keyword]`, as Libdoc knows them, lead to the keyword documentation."""

    def replace(found: re.Match[str]) -> str:
        return f"[{found.group(1)}](../keywords/{PACKAGE}.md#{found.group(1).lower().replace(' ', '-')})"

    from RPA.Planhat.keywords.introduction import INTRODUCTION  # noqa: PLC0415 - the package may be in the making

    sections = "|".join(map(re.escape, re.findall(r"^## (.+)$", INTRODUCTION, re.MULTILINE)))
    return re.sub(rf"\[({sections})\](?!\()", replace, text)


def _target(path: str, modules: dict[str, Any]) -> str:
    """Returns where a class, function or constant is described, or an empty text."""
    name, _, member = path.rpartition(".")
    if name not in modules:
        return ""
    if member in _own_members(modules[name]):
        return f"{_page_of(name)}#{member.lower()}"
    known = modules[name].members.get(member)
    return _target(known.target_path, modules) if known is not None and known.is_alias else ""


def _models_of(name: str) -> list[Any]:
    """Returns the models that a module defines."""
    from RPA.Planhat.types import MODELS  # noqa: PLC0415 - the package may be in the making

    return [model for model in MODELS.values() if model.__module__ == name]


def _groups_of(name: str) -> list[Any]:
    """Returns the groups of options that a module defines."""
    module = importlib.import_module(name)
    return [each for each in vars(module).values() if is_typeddict(each) and each.__module__ == name]


def _below(text: str, name: str, more: str) -> str:
    """Puts something below the description of a class."""
    heading = re.compile(rf"^## `{name}`$.*?(?=^##|\Z)", re.MULTILINE | re.DOTALL)
    return heading.sub(lambda found: f"{found.group().rstrip()}\n\n{more}\n\n", text, count=1)


def _fields_of(model: Any) -> str:
    cells = [
        [f"`{field.name}`", f"`{field.key}`", field.kind.value, f"{field.doc}{_remarks(field)}"]
        for field in model.known_fields().values()
    ]
    intro = f"Planhat's path is `/{model.API_NAME}`; the fields:" if model.API_NAME else "The fields:"
    return f"{intro}\n\n{table(['property', 'in Planhat', 'type', 'meaning'], cells)}"


def _options_of(group: Any) -> str:
    from RPA.Planhat.operations.options import described  # noqa: PLC0415 - the package may be in the making

    cells = [[f"`{each.name}`", f"`{each.default!r}`", each.doc] for each in described(group)]
    return table(["option", "default", "meaning"], cells)


def _remarks(field: Any) -> str:
    marks = [("Required.", field.required), ("Read only.", field.read_only)]
    options = f" One of {', '.join(f'`{option}`' for option in field.options)}." if field.options else ""
    return "".join(f" {mark}" for mark, holds in marks if holds) + options


def _overview(modules: dict[str, Any]) -> str:
    """Returns the text of README.md: where a Python program starts, and what is behind that."""
    return tidy(f"""# The Python API of {PACKAGE}

`from {PACKAGE} import Planhat, types, errors` is enough for most programs:

```python
from {PACKAGE} import Planhat, errors, types

planhat = Planhat(sandbox=True)
company = planhat.create_object(types.Company(name="Acme", external_id="A-100"))
company.phase = "onboarding"
planhat.update_object(company)
try:
    planhat.get_object_by_id(types.Company, "extid-A-101")
except errors.PlanhatNotFoundError as error:
    print(error)
planhat.close()
```

All keywords are there as well, by their names in `planhat.keywords`; they are described in
[the keyword documentation](../keywords/{PACKAGE}.md). These pages are made from the docstrings by `invoke docs`.

## Start here

{_first_table(START, modules)}

## For tests

{_first_table(FOR_TESTS, modules)}

## The models

{_modules_table([name for name in modules if name.startswith(f"{PACKAGE}.types.")], modules)}

## Behind it

What the client and the keywords are made of. Programs that import from here may have to change with a new version.

{_modules_table([name for name in modules if _is_behind(name)], modules)}
""")


def _first_table(words: dict[str, str], modules: dict[str, Any]) -> str:
    known = {f"{PACKAGE}.{name}": text for name, text in words.items() if f"{PACKAGE}.{name}" in modules}
    return table(["module", "what is in it"], [[f"[`{name}`]({_page_of(name)})", text] for name, text in known.items()])


def _modules_table(names: list[str], modules: dict[str, Any]) -> str:
    rows = [[f"[`{name}`]({_page_of(name)})", _first_line(modules[name])] for name in names if name in modules]
    return table(["module", "what is in it"], rows)


def _is_behind(name: str) -> bool:
    inner = name.removeprefix(f"{PACKAGE}.")
    return inner not in (*START, *FOR_TESTS) and not inner.startswith("types.")


def _first_line(module: Any) -> str:
    return module.docstring.value.strip().split("\n", 1)[0] if module.docstring else ""


def _page_of(name: str) -> str:
    return f"{name.removeprefix(PACKAGE + '.')}.md"
