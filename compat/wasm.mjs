// Runs in a folder with node_modules/pyodide and site/, which `compat/wasm.py` prepares.
import { loadPyodide } from "pyodide";

const python = await loadPyodide();
python.FS.mkdirTree("/work");
python.mountNodeFS("/work", process.cwd());
const failed = await python.runPythonAsync(`
import sys
from pathlib import Path

sys.path.insert(0, "/work/site")
print("Python", sys.version.split()[0])

import robot
from robot.libdoc import libdoc
from RPA.Planhat import Planhat, __version__

print("import:", __version__, "with", len(Planhat("token").keywords), "methods and keywords")
assert not libdoc("RPA.Planhat", "/work/keywords.html", quiet=True)
assert "Get Companies" in Path("/work/keywords.html").read_text("utf-8")
print("libdoc: passed")
Path("/work/look.robot").write_text("""\\
*** Settings ***
Library    RPA.Planhat    api_key=token    read_only=True

*** Test Cases ***
Records Become Flat Rows
    \${row}=    Create Dictionary    name=Acme    externalId=A-1
    \${rows}=    Flatten Objects    \${row}    name,externalId
    Should Be Equal    \${rows}[0][externalId]    A-1

Writes Are Refused
    Run Keyword And Expect Error    *read*    Create Company    name=Acme
""")
robot.run("/work/look.robot", outputdir="/work/output")
`);
process.exit(failed ? 1 : 0);
