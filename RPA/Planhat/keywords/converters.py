"""Kinds of arguments that have many forms; Libdoc lists them under "Data types" with what they take.

The operations behind the keywords sort the forms out, for Python programs as well, so nothing is converted here.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import TYPE_CHECKING, Any

Converter = Callable[[object], Any]

if TYPE_CHECKING:
    Reference = Any
    AnyRows = Any
else:

    class Reference:
        """A record, or one of its ids."""

    class AnyRows:
        """Rows for Planhat, or the path of a file with rows."""


def ready(converter: Converter) -> Converter:
    """Says what a converter takes in words that Robot Framework reads quickly: it reads them on every keyword call."""
    vars(converter).update(robot_types={"value": object}, __signature__=signature(converter))
    return converter


@ready
def reference(value: object) -> Any:
    """A Planhat id, `extid-…`, `srcid-…`, or a record. Several, where allowed: a list, or a text with commas."""
    return value


@ready
def any_rows(value: object) -> Any:
    """Rows in any form.

    That is a list of dictionaries or records, one dictionary, a Table of RPA.Tables, a pandas or polars frame, a
    generator, JSON, or the path of a CSV, Excel, JSON or JSON Lines file.
    """
    return value


CONVERTERS = {Reference: reference, AnyRows: any_rows}
"""What Robot Framework calls for these kinds. It looks at each of them on every keyword call, so they are few."""
