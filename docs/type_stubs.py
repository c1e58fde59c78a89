"""Writes what type checkers cannot see in the source, since the registry makes it.

`RPA/Planhat/types/__init__.pyi` has the arguments of each model, `RPA/Planhat/keywords/methods.pyi` the keywords as
methods of the client.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from textwrap import fill, wrap
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin

from RPA.Planhat import Planhat, version
from RPA.Planhat.api import PythonSurface
from RPA.Planhat.types import MODELS, Kind, PlanhatObject, PlanhatObjectList

if TYPE_CHECKING:
    from RPA.Planhat.types.fields import Field

PACKAGE: Final = Path(version.__file__).resolve().parent
"""The package as it is imported: the sources, or the wheel where they are out of the way."""

STUB: Final = PACKAGE / "types" / "__init__.pyi"
METHODS: Final = PACKAGE / "keywords" / "methods.pyi"
WIDTH: Final = 116

METHODS_HEAD: Final = '''\
"""The keywords as methods of the client, for type checkers. Made by `invoke docs` from the registry."""

from typing import Any

from RPA.Planhat.types import (
{imported},
)

class KeywordMethods:
'''

KINDS: Final[dict[Kind, str]] = {
    Kind.TEXT: "_Text",
    Kind.NUMBER: "_Number",
    Kind.INTEGER: "_Integer",
    Kind.BOOLEAN: "_Boolean",
    Kind.DATE: "_Moment",
    Kind.DAY: "_Day",
    Kind.ID: "_Reference",
    Kind.IDS: "_References",
    Kind.TEXTS: "_Texts",
    Kind.OBJECT: "_Object",
    Kind.OBJECTS: "_Objects",
    Kind.ANY: "Any",
}

HEAD: Final = '''\
"""What `__init__.py` offers, with the arguments of each model. Made by `invoke docs` from the registry."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

{imports}

_Text = str | None
_Number = float | None
_Integer = int | None
_Boolean = bool | None
_Moment = str | datetime.date | None
_Day = int | str | datetime.date | None
_Reference = str | Mapping[str, Any] | None
_References = Sequence[str | Mapping[str, Any]] | str | None
_Texts = Sequence[str] | str | None
_Object = Mapping[str, Any] | None
_Objects = Sequence[Mapping[str, Any]] | None
'''


def stub() -> str:
    """Returns the text of the stub."""
    tree = ast.parse(STUB.with_suffix(".py").read_text("utf-8"))
    models = {model.__name__: model for model in MODELS.values() if model.__module__.startswith("RPA.Planhat.types.")}
    imports, names = [], []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            others = [each.name for each in node.names if each.name not in models]
            imports += [f"from {node.module} import {name} as {name}" for name in others]
            if len(others) < len(node.names):
                module = str(node.module).rpartition(".")[2]
                imports.append(f"from RPA.Planhat.types import {module} as _{module}")
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.List):
            names = [str(each.value) for each in node.value.elts if isinstance(each, ast.Constant)]
    classes = [_class(models[name]) for name in sorted(models, key=lambda name: len(models[name].__mro__))]
    everything = ",\n    ".join(f'"{name}"' for name in names)
    head = HEAD.format(imports="\n".join(sorted(imports)))
    return f"{head}\n" + "\n".join(classes) + f"\n__all__ = [\n    {everything},\n]\n"


def _class(model: type[PlanhatObject]) -> str:
    module = model.__module__.rpartition(".")[2]
    above = [each.__name__ for each in model.__mro__[1:] if each.__name__ in MODELS]
    bases = ", ".join([f"_{module}.{model.__name__}", *above[:1]])
    first = ("data: Mapping[str, Any] | None = None", "id: _Text = None", "source_id: _Text = None",
             "external_id: _Text = None", "custom: _Object = None", "*")  # fmt: skip
    given = [f"{name}: {KINDS[field.kind]} = None" for name, field in _spellings(model).items()]
    parts = [part.replace(" ", "\N{NO-BREAK SPACE}") for part in ("self", *first, *given)]
    body = "\n".join(f"{' ' * 8}{line}" for line in wrap(", ".join(parts), WIDTH - 8, break_long_words=False))
    body = body.replace("\N{NO-BREAK SPACE}", " ")
    return f"class {model.__name__}({bases}):\n    def __init__(\n{body},\n    ) -> None: ...\n"


def _spellings(model: type[PlanhatObject]) -> dict[str, Field[object]]:
    """Returns the fields by their names in Python and in Planhat's spelling, where that is a name in Python."""
    own = {"id", "source_id", "external_id", "custom"}
    fields = model.known_fields()
    by_key = {field.key: field for field in fields.values() if re.fullmatch(r"[A-Za-z]\w*", field.key)}
    return {name: field for name, field in {**by_key, **fields}.items() if name not in own}


def methods() -> str:
    """Returns the keywords as methods, but for those that the Python API has under the same name."""
    library: Any = Planhat("token")
    own = {name for part in PythonSurface.__mro__ for name in vars(part)}
    lines: list[str] = []
    models: set[str] = set()
    for name, method in sorted(library.attributes.items()):
        if name.isidentifier() and name not in own:
            returns = _returned(library.get_keyword_types(_keyword_of(library, method))["return"], models)
            lines.append(f"    def {name}(self, *arguments: Any, **named: Any) -> {returns}: ...")
    body = "\n".join(lines)
    imported = ", ".join(sorted({*models, "PlanhatObjectList"}))
    return (
        METHODS_HEAD.format(imported=fill(imported, WIDTH, initial_indent="    ", subsequent_indent="    "))
        + body
        + "\n"
    )


def _keyword_of(library: Any, method: Any) -> str:
    return next(str(name) for name, each in library.keywords.items() if each == method)


def _returned(hint: Any, models: set[str]) -> str:
    """Returns the type of what a keyword returns, where it is a model, a list of one, or plain."""
    inner = get_args(hint)[0] if get_origin(hint) is PlanhatObjectList else hint
    if inner in (str, int, None, type(None)):
        return "None" if inner in (None, type(None)) else str(inner.__name__)
    if isinstance(inner, type) and issubclass(inner, PlanhatObject):
        models.add(inner.__name__)
        return inner.__name__ if inner is hint else f"PlanhatObjectList[{inner.__name__}]"
    return "Any"


def write_stubs() -> list[str]:
    """Writes both; returns the names of those that were stale."""
    stale = []
    for file, text in {STUB: stub(), METHODS: methods()}.items():
        before = file.read_text("utf-8") if file.exists() else ""
        if text != before:
            file.write_text(text, "utf-8")
            stale.append(str(file.relative_to(PACKAGE.parent.parent)))
    return stale


if __name__ == "__main__":
    write_stubs()
