"""From what a caller has in hand to the path of a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.types import MODELS, PlanhatIdType, PlanhatObject, find_model, model_at_path
from RPA.Planhat.types.ids import path_segment, split_reference
from RPA.Planhat.wording import near

NOTHING = "None is neither an id nor a record."


def model_of(name: str | type[PlanhatObject]) -> type[PlanhatObject]:
    """Returns a model by name; a name with a slash is the path of a model that the registry does not know.

    Raises:
        PlanhatValidationError: If there is no such model; the message names those that there are.
    """
    model = find_model(name)
    if model is not None:
        return model
    if isinstance(name, str) and name.startswith("/") and name.strip("/"):
        path = name.strip("/")
        return find_model(path) or model_at_path(path)
    known = sorted(str(each.PLURAL) for each in MODELS.values())
    raise PlanhatValidationError(
        f"There is no model {name!r}.{near(name, known)} Known are: {', '.join(known)}. "
        "A model that this library does not know is reached by its path, such as /teams."
    )


def address(model: type[PlanhatObject], reference: Any, id_type: PlanhatIdType | None = None) -> str:
    """Returns the path of a record.

    Args:
        model: The model.
        reference: A Planhat id, `extid-…`, `srcid-…`, or a record with any of its ids.
        id_type: What kind of id the reference is, when it has no prefix.

    Raises:
        PlanhatValidationError: If the reference can not be an id, or a record has none.
    """
    try:
        if reference is None:
            raise ValueError(NOTHING)  # noqa: TRY301 - the words around it are below
        if isinstance(reference, Mapping):
            return model(reference).get_urlpath()
        kind, value = (id_type, str(reference)) if id_type else split_reference(str(reference))
        return f"/{model.API_NAME}/{path_segment(value, kind)}"
    except ValueError as problem:
        raise PlanhatValidationError(f"This is no {model.SINGULAR or 'record'}: {problem}") from problem


def reference_text(reference: Any) -> str:
    """Returns a reference as it stands in a body: a Planhat id, `extid-…` or `srcid-…`.

    Raises:
        PlanhatValidationError: If a record has no id.
    """
    if reference is None:
        raise PlanhatValidationError(NOTHING)
    if not isinstance(reference, Mapping):
        return str(reference)
    for key, kind in (("_id", ""), ("sourceId", "srcid-"), ("externalId", "extid-"), ("extId", "extid-")):
        if reference.get(key):
            return f"{kind}{reference[key]}"
    raise PlanhatValidationError("A record without any id can not be referred to.")
