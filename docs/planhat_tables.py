"""Makes the tables about Planhat: its models as the registry has them, open questions as the sandbox has them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from docs.texts import table
from RPA.Planhat.sandbox.settings import Dialect
from RPA.Planhat.types import MODELS, Verb

if TYPE_CHECKING:
    from RPA.Planhat.types import PlanhatIdType, PlanhatObject


def models() -> str:
    """Returns a table of all models: path, verbs, keys, page sizes, and filters that Planhat applies."""
    heads = ["model", "path", "verbs", "needed to create", "read by", "matched by", "page", "filters"]
    return table(heads, [_row(model) for model in MODELS.values()])


def _row(model: type[PlanhatObject]) -> list[str]:
    needed = [f"`{field.key}`" for field in model.required() if field.key not in model.FIXED]
    in_bulk = ", ".join(f"`{key}`" for key in model.BULK_REQUIRED)
    filters = [f"`{each.name}`" for each in model.PARAMETERS]
    owned = [f"`{model.COMPANY_PARAMETER}`"] if model.COMPANY_PARAMETER else []
    return [
        str(model.PLURAL),
        f"`/{model.API_NAME}`",
        _verbs(model),
        "; in bulk also ".join(filter(None, [", ".join(needed), in_bulk])) or "-",
        ", ".join(map(_prefix, model.READ_BY)) or "-",
        ", ".join(f"`{key}`" for key in model.KEYS) or "-",
        f"{model.PAGE.default} / {model.PAGE.largest}",
        ", ".join([*owned, *filters]) or "-",
    ]


def _verbs(model: type[PlanhatObject]) -> str:
    lacking = [verb.value for verb in Verb if verb not in model.VERBS]
    if len(lacking) > 2:
        return ", ".join(verb.value for verb in Verb if verb in model.VERBS)
    return f"all but {', '.join(lacking)}" if lacking else "all"


def _prefix(kind: PlanhatIdType) -> str:
    return f"`{kind.value}…`" if kind.value else "`_id`"


def switches() -> str:
    """Returns a table of what is not known of Planhat: each switch of the sandbox with its positions."""
    rows = [
        [f"`{each.name}`", each.metadata["doc"], f"`{each.default}`", _others(each.metadata["choices"], each.default)]
        for each in fields(Dialect)
    ]
    return table(["switch", "open question", "the sandbox does", "it can also"], rows)


def positions() -> str:
    """Returns a table of the switches for those who set them: default, all positions, and what each is about."""
    rows = [
        [f"`{name}`", f"`{default.lower()}`", " ".join(f"`{each}`" for each in choices.split()) or "a number", doc]
        for name, default, choices, doc in Dialect.table()
    ]
    return table(["switch", "default", "positions", "about"], rows)


def _others(choices: tuple[str, ...], default: Any) -> str:
    others = [f"`{choice}`" for choice in choices if choice != str(default)]
    return ", ".join(others) or (f"`{not default}`" if isinstance(default, bool) else "any number")
