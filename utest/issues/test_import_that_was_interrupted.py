"""A timeout of Robot Framework hit while the first keyword was loading `requests`; all later keywords failed then.

Python takes back the package whose import was interrupted, but keeps the modules of it that were complete. When the
package is imported again, these are not set as its attributes: "module 'requests' has no attribute 'exceptions'".
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

PROGRAM = """
import sys
import {package}

del sys.modules["{package}"]  # as Python does; what is below it stays

from RPA.Planhat import Planhat, PlanhatConnectionError

planhat = Planhat("token", tenant_uuid="none", base_url="http://127.0.0.1:9", retries=0)
try:
    planhat.keywords["Get Companies"]()
except PlanhatConnectionError:
    print("refused")
planhat.close()
"""


@pytest.mark.parametrize(
    "package", ["requests", "urllib3", "RPA.Planhat.errors", "RPA.Planhat.operations", "RPA.Planhat.transport"]
)
def test_a_package_that_was_taken_back_can_be_used_when_it_is_loaded_again(package: str) -> None:
    command = [sys.executable, "-c", PROGRAM.format(package=package)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "refused\n", done.stderr
