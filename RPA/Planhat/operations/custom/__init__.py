"""Custom fields: declared, compared, applied; and the values that they take."""

from typing import TYPE_CHECKING

from RPA.Planhat.operations import loader_of

if TYPE_CHECKING:
    from RPA.Planhat.operations.custom import checked_values, schema
else:
    __getattr__ = loader_of(__name__)
