"""What Python programs call, by topic; the keywords stand beside these methods on the client.

A method has the name of its keyword where there is one. Models are given as classes, such as `types.Company`.
"""

from __future__ import annotations

from RPA.Planhat.surface.custom_fields import CustomFieldMethods
from RPA.Planhat.surface.everyday import EverydayMethods
from RPA.Planhat.surface.records import RecordMethods
from RPA.Planhat.surface.tables import TableMethods
from RPA.Planhat.surface.usage import UsageMethods


class PythonSurface(RecordMethods, TableMethods, UsageMethods, CustomFieldMethods, EverydayMethods):
    """All methods for Python programs."""
