"""Kinds of arguments that have many forms; Libdoc lists them under "Data types" with what they take.

The operations behind the keywords sort the forms out, for Python programs as well, so only secrets are converted here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature
from typing import TYPE_CHECKING, Any

from RPA.Planhat.connection.credentials import Token

Converter = Callable[[object], Any]

if TYPE_CHECKING:
    Reference = Any
    AnyRows = Any
else:

    class Reference:
        """A record, or one of its ids."""

    class AnyRows:
        """Rows for Planhat, or the path of a file with rows."""


class Credential:
    """A secret: text, a Robot Framework `Secret`, or a dictionary such as a whole vault secret. It shows in no log."""


def ready(converter: Converter) -> Converter:
    """Describes a converter in a form that Robot Framework reads quickly: it reads it on every keyword call."""
    vars(converter).update(robot_types={"value": object}, __signature__=signature(converter))
    return converter


@ready
def hide(value: object) -> Any:
    """Text, a `Secret`, or a dictionary: a vault secret with the keys `api_key` and `tenant_uuid`, or proxies."""
    if isinstance(value, Mapping):
        # Where proxies are written the wrong way round, their addresses are the names.
        return {hide(key) if "@" in str(key) else str(key): hide(each) for key, each in value.items()}
    text = getattr(value, "value", value)
    return value if value in (None, "") or isinstance(value, Token) else Token.of(str(text)) or ""


@ready
def reference(value: object) -> Any:
    """A Planhat id, `extid-…`, `srcid-…`, or a record. Several, where allowed: a list, or a comma-separated string."""
    return value


@ready
def any_rows(value: object) -> Any:
    """Rows in any form.

    That is a list of dictionaries or records, one dictionary, a Table of RPA.Tables, a pandas or polars frame, a
    generator, JSON, or the path of a CSV, Excel, JSON or JSON Lines file.
    """
    return value


CONVERTERS = {Credential: hide, Reference: reference, AnyRows: any_rows}
"""What Robot Framework calls for these kinds. It looks at each of them on every keyword call, so they are few."""
