"""The keyword factory: `Get Companies`, `Create Enduser`, `Import Tickets`, and the same for a model that is named.

One maker describes each kind of keyword; the registry has the models for it and what its arguments are. Robot
Framework, Libdoc and Python see a real signature, types, documentation and tags. All of these are made when somebody
asks: a library has hundreds of keywords, and a run uses few.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from inspect import Parameter as Argument
from inspect import Signature
from typing import Any

from RPA.Planhat import operations
from RPA.Planhat.keywords import docs, records, tables
from RPA.Planhat.keywords.arguments import (
    CONVERTED,
    argument_of,
    field_arguments,
    free_named,
    named_only,
    named_options,
    parameter_arguments,
    positional,
)
from RPA.Planhat.keywords.component import AnyRows, Component, Reference, refuse_nobody, robot_arguments
from RPA.Planhat.keywords.docs import ANY
from RPA.Planhat.text.parsing import require
from RPA.Planhat.types import MODELS, CustomField, PlanhatObject, PlanhatObjectList, Verb

Model = type[PlanhatObject]

NEVER_NONE = frozenset({"company_ids", "wanted"})
"""Arguments that choose among records when they are given."""

ALIAS = named_only("alias", str | None, None)
MODEL = positional("model", str)
WHERE = named_only("where", str | None, None)
ROWS = positional("rows", AnyRows)
FAIL_ON_ERRORS = named_only("fail_on_errors", bool, default=True)
IMPORT, SYNC = ([ROWS, positional("mapping", Any, None), *named_options(each)] for each in (tables.IMPORT, tables.SYNC))
LAYOUT = named_options(tables.LAYOUT)


@dataclass(frozen=True)
class Maker:
    """How the keywords of one kind are made.

    Attributes:
        name: The name, with `{one}` and `{many}` for the model.
        run: What the keyword does: takes a session, a model, and what the caller gave by name.
        arguments: Returns the arguments for a model, without `alias`.
        returns: Returns the type of what the keyword returns.
        tags: The tags for what the keyword does.
        verbs: What Planhat has to allow for the model.
        options: Further arguments of `run`, besides those of the caller.
        of_record: Whether the first argument is a record, and named as its model.
        needs_key: Whether the model must have keys.
    """

    name: str
    run: Callable[..., Any]
    arguments: Callable[[Model], list[Argument]]
    returns: Callable[[Model], Any]
    tags: tuple[str, ...]
    verbs: frozenset[Verb]
    options: Mapping[str, Any] = field(default_factory=dict)
    of_record: bool = False
    needs_key: bool = False

    def makes(self, model: Model) -> bool:
        """Returns whether a model has this keyword."""
        has_own = (model, self.name) in HAND_WRITTEN
        return self.verbs <= model.VERBS and bool(model.KEYS or not self.needs_key) and not has_own


class Keyword:
    """A keyword of one model: a function for Python programs, and what Robot Framework asks of one.

    Args:
        maker: How keywords of its kind are made.
        model: The model; `ANY` for a keyword that takes its model as first argument.
    """

    def __init__(self, maker: Maker, model: Model) -> None:
        self.maker = maker
        self.planhat_model = model
        self.written_at = maker.run if model is ANY else model
        self.robot_name = docs.keyword_name(maker.name, model)
        self.__name__ = PYTHON_NAMES.get(self.robot_name) or self.robot_name.lower().replace(" ", "_")
        self.__qualname__ = f"{ModelKeywords.__name__}.{self.__name__}"
        self.robot_tags = ["any model" if model is ANY else str(model.SINGULAR), *maker.tags]
        self.record = "record" if model is ANY else argument_of(model)

    def __call__(self, component: Component, /, *values: Any, **named: Any) -> Any:
        """Does what the keyword does; the first arguments may come by place, as in any function."""
        places = self.places
        given = dict(zip(places, values, strict=False))
        if len(values) > len(places) or given.keys() & named.keys():
            raise TypeError(f"{self.__name__}() takes {', '.join(places)} by place or by name.")
        given.update(named)
        for name, is_needed in places.items():
            if is_needed and name not in given:
                raise TypeError(f"{self.__name__}() takes {name}, which is missing.")
        for name in NEVER_NONE & given.keys():
            refuse_nobody(name, given[name])
        if given.get("where") is not None:
            require("where", given["where"], str, "a condition, such as phase = live")
        session, model = component.connections.get(given.pop("alias", None)), self.planhat_model
        if model is ANY:
            model = operations.references.model_of(given.pop("model"))
        elif self.maker.of_record:
            given["record"] = given.pop(self.record)
        return self.maker.run(session, model, **given, **self.maker.options)

    @cached_property
    def places(self) -> dict[str, bool]:
        """The arguments that may come by place, and whether they are needed."""
        kind = Argument.POSITIONAL_OR_KEYWORD
        return {each.name: each.default is Argument.empty for each in self.arguments if each.kind is kind}

    @cached_property
    def arguments(self) -> list[Argument]:
        """The arguments, without `self`."""
        own = self.maker.arguments(self.planhat_model)
        free = [each for each in own if each.kind is Argument.VAR_KEYWORD]
        return [*([MODEL] if self.planhat_model is ANY else []), *own[: len(own) - len(free)], ALIAS, *free]

    @property
    def __signature__(self) -> Signature:
        return Signature([Argument("self", Argument.POSITIONAL_OR_KEYWORD), *self.arguments])

    @property
    def __annotations__(self) -> dict[str, Any]:  # type: ignore[override]
        return self.argument_types

    @property
    def argument_specification(self) -> list[Any]:
        """The arguments as a dynamic library gives them to Robot Framework."""
        return robot_arguments(self.arguments)

    @property
    def argument_types(self) -> dict[str, Any]:
        """The types of the arguments, and of what is returned."""
        types = {each.name: each.annotation for each in self.arguments}
        return {**types, "return": self.maker.returns(self.planhat_model)}

    @cached_property
    def switches(self) -> frozenset[str]:
        """The names of the arguments that are true or false."""
        return frozenset(each.name for each in self.arguments if each.annotation is bool)

    @property
    def types_in_a_run(self) -> dict[str, Any]:
        """The types of the arguments that Robot Framework converts itself; the library converts all others."""
        return {each.name: each.annotation for each in self.arguments if each.annotation in CONVERTED}

    @property
    def documentation(self) -> str:
        """The whole documentation, with an example that runs."""
        return docs.document(self.maker.name, self.planhat_model, self.robot_name)

    @property
    def first_line(self) -> str:
        """The first line of the documentation, which is all of it that a log shows."""
        return docs.summary(self.maker.name, self.planhat_model)


class ModelKeywords(Component):
    """What the keywords that are made share: the connections."""


PYTHON_NAMES = {"Delete Planhat Object": "delete_any_object"}
"""Names of methods that differ from those of their keywords: the Python API has a method of that name."""

HAND_WRITTEN = {(CustomField, "Export {many}")}
"""What is done by a keyword of its own: this one writes a file that declares the fields."""


def _one(model: Model) -> Any:
    return PlanhatObject if model is ANY else model


def _list_arguments(model: Model) -> list[Argument]:
    owned = model.COMPANY_PARAMETER is not None or model.field("company_id") is not None
    return [
        *([positional("company_ids", Reference, None)] if owned else []),
        named_only("properties", list[str] | str | None if model is ANY else list | str | None, None),
        named_only("columns", Any, None),
        named_only("sort", str | None, None),
        named_only("limit", int | None, None),
        WHERE,
        *parameter_arguments(model),
        free_named("filters"),
    ]


def _record_argument(model: Model) -> Argument:
    return positional("record" if model is ANY else argument_of(model), Reference)


@cache
def _write_arguments(model: Model) -> list[Argument]:
    checks = [named_only("check_custom_fields", bool, default=True)] if model.field("custom") else []
    row = positional("row", dict | str | None, None)
    return [row, *field_arguments(model), *checks, free_named("fields")]


def _export_arguments(_model: Model) -> list[Argument]:
    return [
        positional("path", str | None, None),
        positional("columns", Any, None),
        named_only("company_ids", Reference, None),
        named_only("limit", int | None, None),
        WHERE,
        named_only("as_table", bool, default=False),
        *LAYOUT,
        free_named("filters"),
    ]


MAKERS: dict[Verb, Maker] = {
    Verb.LIST: Maker(
        "Get {many}",
        records.get_list,
        _list_arguments,
        lambda model: PlanhatObjectList[_one(model)],  # type: ignore[misc]
        ("read",),
        frozenset({Verb.LIST}),
    ),
    Verb.GET: Maker(
        "Get {one}",
        records.get_one,
        lambda model: [_record_argument(model)],
        _one,
        ("read",),
        frozenset({Verb.GET}),
        of_record=True,
    ),
    Verb.CREATE: Maker(
        "Create {one}",
        records.create,
        _write_arguments,
        _one,
        ("write",),
        frozenset({Verb.CREATE}),
    ),
    Verb.UPDATE: Maker(
        "Update {one}",
        records.update,
        lambda model: [_record_argument(model), *_write_arguments(model)],
        _one,
        ("write",),
        frozenset({Verb.UPDATE}),
        of_record=True,
    ),
    Verb.UPSERT: Maker(
        "Upsert {many}",
        tables.upload,
        lambda model: [ROWS, FAIL_ON_ERRORS, *tables.upload_arguments(model)],
        lambda _model: operations.rows.report.BulkReport,
        ("bulk",),
        frozenset({Verb.UPSERT}),
    ),
    Verb.DELETE: Maker(
        "Delete {one}",
        records.delete,
        lambda model: [_record_argument(model), named_only("missing_ok", bool, default=False)],
        lambda _model: str,
        ("delete",),
        frozenset({Verb.DELETE}),
        of_record=True,
    ),
}
"""The kinds of keywords that call one verb of Planhat."""


def _loading(name: str, arguments: list[Argument], *, differences: bool) -> Maker:
    """Returns the maker of keywords that write a whole table."""
    return Maker(
        name,
        tables.load,
        lambda _model: arguments,
        lambda _model: operations.rows.report.TablePlan | operations.rows.report.TableReport,
        ("table", "bulk"),
        frozenset({Verb.LIST, Verb.UPSERT}),
        options={"differences": differences},
        needs_key=True,
    )


TABLE_MAKERS = [
    _loading("Import {many}", IMPORT, differences=False),
    _loading("Sync {many}", SYNC, differences=True),
    Maker(
        "Export {many}",
        tables.export,
        _export_arguments,
        lambda _model: Any,
        ("table", "read"),
        frozenset({Verb.LIST}),
        needs_key=True,
    ),
    Maker(
        "Find {one}",
        records.find,
        lambda _model: [
            positional("wanted", str | None, None),
            named_only("default", Any),
            WHERE,
            free_named("fields"),
        ],
        lambda _model: Any,
        ("read",),
        frozenset({Verb.LIST}),
        needs_key=True,
    ),
]
"""The kinds of keywords that call several."""


def keyword_name(model: Model, verb: Verb) -> str:
    """Returns the name of a keyword, such as `Get NPS Responses`."""
    return docs.keyword_name(MAKERS[verb].name, model)


def made_keywords() -> list[Keyword]:
    """Returns the keywords of all models in the registry, those that Planhat allows for each, and for any model."""
    makers = [*MAKERS.values(), *TABLE_MAKERS]
    models: list[Model] = [*MODELS.values(), ANY]
    return [Keyword(maker, model) for model in models for maker in makers if maker.makes(model)]
