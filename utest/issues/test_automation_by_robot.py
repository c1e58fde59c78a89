"""`Trigger Planhat Automation` refused its own URL in a robot, and the log showed a literal one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
ROBOT = """
*** Settings ***
Library    RPA.Planhat    api_key=%{ATTACK_KEY}    base_url=%{ATTACK_URL}    AS    Hat

*** Test Cases ***
Trigger
    Hat.Trigger Planhat Automation    HOOK_URL
    Hat.Trigger Planhat Automation    url=HOOK_URL    payload={"a": 1}
    ${outcome}=    Hat.Trigger Planhat Automation    %{ATTACK_HOOK}
    Should Be True    ${outcome}[received]
    Run Keyword And Ignore Error    Hat.Trigger Planhat Automation    HOOK_URL
    Wait Until Keyword Succeeds    2x    1ms    Hat.Trigger Planhat Automation    HOOK_URL
"""


def test_a_robot_triggers_an_automation_and_hides_its_url(sandbox: Sandbox, tmp_path: Path) -> None:
    hook = sandbox.add_automation()
    (tmp_path / "task.robot").write_text(ROBOT.replace("HOOK_URL", hook))
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "ATTACK_KEY": sandbox.api_key, "ATTACK_URL": sandbox.url}
    command = [sys.executable, "-m", "robot", "-L", "TRACE", "-b", "debug.txt", "-d", str(tmp_path), "task.robot"]
    done = subprocess.run(
        command, cwd=tmp_path, env={**environ, "ATTACK_HOOK": hook}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    for name in ("output.xml", "log.html", "debug.txt"):
        assert hook.rpartition("/")[2] not in (tmp_path / name).read_text()
