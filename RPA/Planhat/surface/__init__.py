"""What Python programs call, by topic; the keywords stand beside these methods on the client.

Methods for one model take its class, such as `types.Company`, where robots have a keyword for each model:
`import_objects` is `Import Companies`. Those of snapshots leave `planhat` out of their names, as in `take_snapshot`.
All others have the name of their keyword.
"""

from __future__ import annotations

from RPA.Planhat.surface.custom_fields import CustomFieldMethods
from RPA.Planhat.surface.everyday import EverydayMethods
from RPA.Planhat.surface.records import RecordMethods
from RPA.Planhat.surface.tables import TableMethods
from RPA.Planhat.surface.usage import UsageMethods


class PythonSurface(RecordMethods, TableMethods, UsageMethods, CustomFieldMethods, EverydayMethods):
    """All methods for Python programs."""
