"""The keywords of each model, made from the registry: `Get Companies`, `Create Enduser`, `Upsert Tickets`.

One function makes each kind of keyword; the registry says which models have it and what its arguments are. `Robot`
and Libdoc see a real signature, types, documentation and tags.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import Parameter as Argument
from typing import Any

from robot.api.deco import keyword

from RPA.Planhat.keywords import texts
from RPA.Planhat.keywords.component import UNSET, Component, given
from RPA.Planhat.keywords.converters import AnyRows, Reference
from RPA.Planhat.keywords.logs import log_list
from RPA.Planhat.keywords.records import create_record, delete_record, get_record, update_record
from RPA.Planhat.keywords.signatures import (
    argument_of,
    field_arguments,
    free_named,
    named_only,
    parameter_arguments,
    positional,
    present,
)
from RPA.Planhat.keywords.uploads import option_arguments, upload
from RPA.Planhat.operations import reading
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.operations.rows.report import BulkReport
from RPA.Planhat.text.messages import titled
from RPA.Planhat.types import MODELS, PlanhatObject, PlanhatObjectList, Verb

Function = Callable[..., Any]

ALIAS = named_only("alias", str | None, None)


@dataclass(frozen=True)
class Maker:
    """How the keywords of one verb are made.

    Attributes:
        name: The name, with `{one}` and `{many}` for the model.
        function: Returns the function for a model.
        arguments: Returns the arguments for a model, without `alias`.
        returns: Returns the type of what the keyword returns.
        tag: The tag that says what the keyword does.
    """

    name: str
    function: Callable[[type[PlanhatObject]], Function]
    arguments: Callable[[type[PlanhatObject]], list[Argument]]
    returns: Callable[[type[PlanhatObject]], Any]
    tag: str


class ModelKeywords(Component):
    """The keywords of all models; they are added below."""


def _list(model: type[PlanhatObject]) -> Function:
    def get_list(self: Component, alias: str | None = None, **asked: Any) -> PlanhatObjectList[Any]:
        options = {name: asked.pop(name) for name in reading.OPTIONS if name in asked}
        query = Query(**options, filters=given(asked))
        records = reading.read_list(self.session(alias), model, query)
        log_list(records)
        return records

    return get_list


def _get(model: type[PlanhatObject]) -> Function:
    def get_one(self: Component, alias: str | None = None, **record: Any) -> PlanhatObject:
        return get_record(self.session(alias), model, record[argument_of(model)])

    return get_one


def _create(model: type[PlanhatObject]) -> Function:
    def create(
        self: Component, row: Any = None, alias: str | None = None, *, check_custom_fields: bool = False, **fields: Any
    ) -> PlanhatObject:
        return create_record(self.session(alias), model, row, fields, check_custom_fields=check_custom_fields)

    return create


def _update(model: type[PlanhatObject]) -> Function:
    def update(
        self: Component, row: Any = None, alias: str | None = None, *, check_custom_fields: bool = False, **fields: Any
    ) -> PlanhatObject:
        record = fields.pop(argument_of(model))
        return update_record(self.session(alias), model, record, row, fields, check_custom_fields=check_custom_fields)

    return update


def _upsert(model: type[PlanhatObject]) -> Function:
    def upsert(self: Component, rows: Any, alias: str | None = None, **options: Any) -> BulkReport:
        return upload(self.session(alias), model, rows, **options)

    return upsert


def _delete(model: type[PlanhatObject]) -> Function:
    def delete(self: Component, alias: str | None = None, *, missing_ok: bool = False, **record: Any) -> str:
        return delete_record(self.session(alias), model, record[argument_of(model)], missing_ok=missing_ok)

    return delete


def _list_arguments(model: type[PlanhatObject]) -> list[Argument]:
    owned = model.COMPANY_PARAMETER is not None or model.field("company_id") is not None
    first = [positional("company_ids", Reference, None)] if owned else []
    named = [
        named_only("properties", list | str | None, None),
        named_only("sort", str | None, None),
        named_only("limit", int | None, None),
    ]
    return [*first, *named, *parameter_arguments(model)]


def _record_argument(model: type[PlanhatObject]) -> list[Argument]:
    return [positional(argument_of(model), Reference)]


def _field_arguments(model: type[PlanhatObject]) -> list[Argument]:
    checks = [named_only("check_custom_fields", bool, default=False)] if model.field("custom") else []
    return [*field_arguments(model), *checks]


def _row_argument() -> Argument:
    return positional("row", dict | str | None, None)


def _the_list(model: type[PlanhatObject]) -> Any:
    return PlanhatObjectList[model]  # type: ignore[valid-type]


def _the_report(_model: type[PlanhatObject]) -> Any:
    return BulkReport


def _the_text(_model: type[PlanhatObject]) -> Any:
    return str


def _the_model(model: type[PlanhatObject]) -> Any:
    return model


MAKERS: dict[Verb, Maker] = {
    Verb.LIST: Maker(
        "Get {many}",
        _list,
        lambda model: [*_list_arguments(model), ALIAS, free_named("filters")],
        _the_list,
        "read",
    ),
    Verb.GET: Maker(
        "Get {one}",
        _get,
        lambda model: [*_record_argument(model), ALIAS],
        _the_model,
        "read",
    ),
    Verb.CREATE: Maker(
        "Create {one}",
        _create,
        lambda model: [_row_argument(), *_field_arguments(model), ALIAS, free_named("fields")],
        _the_model,
        "write",
    ),
    Verb.UPDATE: Maker(
        "Update {one}",
        _update,
        lambda model: [
            *_record_argument(model),
            _row_argument(),
            *_field_arguments(model),
            ALIAS,
            free_named("fields"),
        ],
        _the_model,
        "write",
    ),
    Verb.UPSERT: Maker(
        "Upsert {many}",
        _upsert,
        lambda _model: [positional("rows", AnyRows), *option_arguments(), ALIAS],
        _the_report,
        "bulk",
    ),
    Verb.DELETE: Maker(
        "Delete {one}",
        _delete,
        lambda model: [*_record_argument(model), named_only("missing_ok", bool, default=False), ALIAS],
        _the_text,
        "delete",
    ),
}


def keyword_name(model: type[PlanhatObject], verb: Verb) -> str:
    """Returns the name of a keyword, such as `Get NPS Responses`."""
    return named(MAKERS[verb].name, model)


def named(name: str, model: type[PlanhatObject]) -> str:
    """Returns a name with `{one}` and `{many}` for a model."""
    return name.format(one=titled(model.SINGULAR), many=titled(model.PLURAL))


def make(model: type[PlanhatObject], verb: Verb) -> Function:
    """Returns the keyword of a model for a verb, with signature, types, documentation and tags."""
    maker = MAKERS[verb]
    name = keyword_name(model, verb)
    function = assembled(name, maker, model, texts.document(model, verb, name))
    return tagged(function, name, model, maker.tag)


def tagged(function: Function, name: str, model: type[PlanhatObject], tag: str) -> Function:
    """Returns a function as a keyword. The types are given, so that nobody has to find out hundreds of times."""
    decorated: Function = keyword(name, tags=[str(model.SINGULAR), *tag.split()], types=function.__annotations__)(
        function
    )
    return decorated


def assembled(name: str, maker: Maker, model: type[PlanhatObject], document: str) -> Function:
    """Returns a function that Robot and Libdoc see with signature, types and documentation."""
    arguments = maker.arguments(model)
    function: Any = _taking_positional(maker.function(model), arguments)
    present(function, name, document, arguments, maker.returns(model))
    function.planhat_model = model
    made: Function = function
    return made


def _taking_positional(function: Function, arguments: list[Argument]) -> Function:
    """Python and Robot may give the first arguments by place; the functions above take all by name."""
    names = [each.name for each in arguments if each.kind is Argument.POSITIONAL_OR_KEYWORD]
    needed = [each.name for each in arguments if each.default is Argument.empty and each.name in names]

    def taking(self: Component, *values: Any, **named: Any) -> Any:
        placed = dict(zip(names, values, strict=False))
        if len(values) > len(names) or set(placed) & set(named) or set(needed) - set(placed) - set(named):
            raise TypeError(f"{taking.__name__}() takes {', '.join(names)} by place or by name.")
        return function(self, **placed, **named)

    return taking


def _add_all() -> None:
    for model in MODELS.values():
        for verb in MAKERS:
            if verb in model.VERBS:
                function = make(model, verb)
                setattr(ModelKeywords, function.__name__, function)


_add_all()

__all__ = ["MAKERS", "UNSET", "ModelKeywords", "keyword_name", "make"]
