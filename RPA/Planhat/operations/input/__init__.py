"""What people give: rows in any form, the files that hold them, and the local forms of their values."""

from typing import TYPE_CHECKING

from RPA.Planhat.operations import loader_of

if TYPE_CHECKING:
    from RPA.Planhat.operations.input import rows
else:
    __getattr__ = loader_of(__name__)
