"""Makes the pages about the Python API: griffe reads the source without running it, griffe2md renders it.

Shown is what a program uses: the client, the session, the models, the errors, and the options and return values that
the signatures of the client name. Internal modules have no pages.

What griffe2md leaves open is done here: links between the pages, long signatures, and the fields of models, which
are descriptors and not visible in the source text as attributes with a meaning.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, is_typeddict

from docs.texts import table, tidy, wrap_signature

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = "RPA.Planhat"
KEYWORDS_PAGE: Final = f"../keywords/{PACKAGE}.html"

OPTIONS: Final[dict[str, Any]] = {
    "heading_level": 2,
    "members_order": "source",
    "show_if_no_docstring": False,
    "show_object_full_path": False,
    "show_root_full_path": False,
    "show_root_members_full_path": False,
    "show_signature_annotations": True,
    "show_submodules": False,
    "summary": False,
}


@dataclass
class ApiPage:
    """A page in the making.

    Attributes:
        name: The name of its file, without the ending.
        summary: What is on it, for the overview.
        title: Its heading.
        intro: The paragraphs below the heading.
        members: What is described on it, as griffe has it.
        inherited: Whether members that a class inherits are shown as well.
    """

    name: str
    summary: str
    title: str
    intro: str
    members: list[Any] = field(default_factory=list)
    inherited: bool = False


def api_pages(folder: Path) -> Iterator[str]:
    """Writes the pages and an overview; yields their file names."""
    if importlib.util.find_spec("griffe2md") is None:
        print("API pages need griffe2md (Python 3.11 or newer); skipped.")
        return
    # Signatures are wrapped here; black would do it, too, where it happens to be installed.
    sys.modules["black"] = None  # type: ignore[assignment]
    pages = _pages()
    places = {each.path: f"{page.name}.md#{each.name.lower()}" for page in pages for each in page.members}
    for page in pages:
        (folder / f"{page.name}.md").write_text(_text_of(page, places), "utf-8")
        yield f"{page.name}.md"
    (folder / "README.md").write_text(_overview(pages), "utf-8")
    yield "README.md"


def _pages() -> list[ApiPage]:
    modules = _modules()

    def page(module: str, summary: str, members: list[Any], *, inherited: bool = False) -> ApiPage:
        name = f"{PACKAGE}.{module}"
        return ApiPage(module, summary, f"`{name}`", _docstring(modules[name]), members, inherited)

    client, types = (modules[f"{PACKAGE}.{name}"] for name in ("client", "types"))
    session = [modules[f"{PACKAGE}.transport.http.PlanhatAuth"], modules[f"{PACKAGE}.session.PlanhatSession"]]
    errors = [each for part in ("base", "http") for each in _own_classes(modules[f"{PACKAGE}.errors.{part}"])]
    exported = [_target(types.members[name]) for name in types.exports]
    pages = [
        page("client", "`Planhat`: its arguments and its methods.", _own_classes(client), inherited=True),
        page("types", "The models, such as `types.Company`; lists of records, kinds of ids.", _in_order(exported)),
        page("errors", "What a program can catch, such as `errors.PlanhatNotFoundError`.", errors),
        page("session", "The connection, for single HTTP calls: `session.get('/companies')`.", session),
    ]  # fmt: skip
    known = {each.path for page in pages for each in page.members}
    named = _named_in_signatures([client.members["PlanhatClient"]], modules)
    named |= _named_in_signatures(list(named.values()), modules)
    others = [each for path, each in sorted(named.items(), key=lambda item: item[1].name) if path not in known]
    text = "The options that methods of the client take, and the reports that they return."
    pages.insert(1, ApiPage("reports", text, "Options and reports", text, others, inherited=True))
    return pages


def _modules() -> Any:
    """Returns griffe's models of all modules, by their dotted names."""
    from griffe import GriffeLoader, Parser  # noqa: PLC0415 - not there on Python 3.10

    loader = GriffeLoader(search_paths=[ROOT], docstring_parser=Parser("google"), allow_inspection=False)
    loader.load(PACKAGE)
    loader.resolve_aliases(external=False)
    return loader.modules_collection


def _own_classes(module: Any) -> list[Any]:
    """Returns the public classes that a module defines itself, in its order."""
    members = (member for name, member in module.members.items() if not name.startswith("_"))
    return [member for member in members if not member.is_alias and member.is_class]


def _in_order(members: list[Any]) -> list[Any]:
    """Puts what all models share before the models, and keeps the order of modules otherwise."""
    shared = ("base", "records", "lists", "ids", "fields", "encoding")

    def place(member: Any) -> tuple[int, str, int]:
        module = member.path.split(".")[-2]
        return shared.index(module) if module in shared else len(shared), module, member.lineno or 0

    return sorted(members, key=place)


def _named_in_signatures(classes: list[Any], modules: Any) -> dict[str, Any]:
    """Returns our classes that the methods of some classes take or return, by their paths."""
    from griffe import Expr, ExprName  # noqa: PLC0415 - not there on Python 3.10

    members = [_target(each) for one in classes for name, each in one.all_members.items() if not name.startswith("_")]
    functions = [each for each in members if each.is_function and each.docstring]
    annotations = [part for each in functions for part in (each.returns, *(one.annotation for one in each.parameters))]
    expressions = [each for each in annotations if isinstance(each, Expr)]
    names = {part.canonical_path for each in expressions for part in each.iterate() if isinstance(part, ExprName)}
    found = [_target(modules[name]) for name in names if _is_ours(name)]
    return {each.path: each for each in found if each.is_class and each.docstring}


def _target(member: Any) -> Any:
    return member.final_target if member.is_alias else member


def _is_ours(name: str) -> bool:
    return name.startswith(f"{PACKAGE}.")


def _docstring(item: Any) -> str:
    return str(item.docstring.value).strip() if item.docstring else ""


def _text_of(page: ApiPage, places: dict[str, str]) -> str:
    from griffe2md import render_object_docs  # noqa: PLC0415 - not there on Python 3.10

    texts = [f"# {page.title}", page.intro]
    for member in page.members:
        options: Any = dict(OPTIONS, inherited_members=page.inherited)
        text = re.sub(r"^## `[\w.]+`$", f"## `{member.name}`", tidy(render_object_docs(member, options)), count=1)
        text = "\n".join(wrap_signature(line) for line in text.splitlines())
        text = _link(_link_to_keywords(text), member, places)
        texts.append(_with_table(text, _real(member.path)))
    return tidy("\n\n".join(texts))


def _link(text: str, member: Any, places: dict[str, str]) -> str:
    """Lets links point to the page and heading where a name is described; others become plain text."""

    def replace(found: re.Match[str]) -> str:
        name, path = found.groups()
        link = places.get(path) or places.get(f"{member.module.path}.{path}") or places.get(_canonical(path))
        return f"[{name}]({link})" if link else name

    return re.sub(r"\[([^\[\]]+)\]\(#([^)]*)\)", replace, text)


def _canonical(path: str) -> str:
    """Returns where a class that is named by the package that offers it was written."""
    found = _real(path)
    return f"{found.__module__}.{found.__qualname__}" if isinstance(found, type) else path


def _real(path: str) -> Any:
    """Returns the object itself, or nothing where the path is that of no object of ours."""
    module, _, name = path.rpartition(".")
    try:
        return getattr(importlib.import_module(module), name, None) if _is_ours(path) else None
    except ImportError:
        return None


def _link_to_keywords(text: str) -> str:
    """Lets `[Section]` and `[Keyword]`, as Libdoc has them, lead to the keyword documentation."""
    from docs.texts import slug  # noqa: PLC0415 - needs Markdown
    from RPA.Planhat.keywords.introduction import INTRODUCTION  # noqa: PLC0415 - the package may be in the making

    def replace(found: re.Match[str]) -> str:
        return f"[{found.group(1)}]({KEYWORDS_PAGE}#{slug(found.group(1))})"

    sections = "|".join(map(re.escape, re.findall(r"^## (.+)$", INTRODUCTION, re.MULTILINE)))
    return re.sub(rf"\[({sections})\](?!\()", replace, text)


def _with_table(text: str, item: Any) -> str:
    """Puts the fields of a model, or the options of a group, below its description."""
    from RPA.Planhat.types import MODELS  # noqa: PLC0415 - the package may be in the making

    if item in MODELS.values():
        return f"{text}\n\n{_fields_of(item)}"
    return f"{text}\n\n{_options_of(item)}" if isinstance(item, type) and is_typeddict(item) else text


def _fields_of(model: Any) -> str:
    cells = [
        [f"`{each.name}`", f"`{each.key}`", each.kind.value, f"{each.doc}{_remarks(each)}"]
        for each in model.known_fields().values()
    ]
    intro = f"Planhat's path is `/{model.API_NAME}`; the fields:" if model.API_NAME else "The fields:"
    return f"{intro}\n\n{table(['property', 'in Planhat', 'type', 'meaning'], cells)}"


def _options_of(group: Any) -> str:
    from RPA.Planhat.operations.options import described  # noqa: PLC0415 - the package may be in the making

    cells = [[f"`{each.name}`", f"`{each.default!r}`", each.doc] for each in described(group)]
    return table(["option", "default", "meaning"], cells)


def _remarks(each: Any) -> str:
    marks = [("Required.", each.required), ("Read only.", each.read_only)]
    options = f" One of {', '.join(f'`{option}`' for option in each.options)}." if each.options else ""
    return "".join(f" {mark}" for mark, holds in marks if holds) + options


def _overview(pages: list[ApiPage]) -> str:
    """Returns the text of README.md: where a Python program starts."""
    rows = [[f"[{page.title}]({page.name}.md)", page.summary] for page in pages]
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

{table(["page", "what is on it"], rows)}

Programs import from `{PACKAGE}`, and from its modules `types`, `errors` and `session`; everything else may move
with a new version. Tests of such programs use the sandbox, see
[Test your robot without touching production](../guides/sandbox.md).

All keywords are there as well, by their names in `planhat.keywords`; they are described in
[the keyword documentation]({KEYWORDS_PAGE}). These pages are made from the docstrings by `invoke docs`.
""")
