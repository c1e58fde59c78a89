"""What Python programs call, by topic; the client has the keywords, too.

Methods for one model take its class, such as `types.Company`, where robots have a keyword for each model:
`import_objects` is `Import Companies`. Those of snapshots leave `planhat` out of their names, as in `take_snapshot`.
All others have the name of their keyword.
"""

from __future__ import annotations

from RPA.Planhat.api.custom_fields import CustomFieldMethods
from RPA.Planhat.api.records import EverydayMethods, RecordMethods
from RPA.Planhat.api.tables import TableMethods
from RPA.Planhat.api.usage import UsageMethods


class PythonSurface(RecordMethods, TableMethods, UsageMethods, CustomFieldMethods, EverydayMethods):
    """All methods for Python programs."""
