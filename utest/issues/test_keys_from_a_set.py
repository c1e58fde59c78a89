"""Generated keys differed from run to run when their fields came as a set, or numbers came from a spreadsheet."""

from __future__ import annotations

import os
import subprocess
import sys

from RPA.Planhat.operations.rows.natural_keys import GeneratedKeys
from RPA.Planhat.types import Company

PROGRAM = """
from RPA.Planhat.operations.rows.natural_keys import GeneratedKeys
from RPA.Planhat.types import Company
row = {"name": "A", "phase": "B", "city": "C", "web": "D"}
print(GeneratedKeys(Company, set(row))(row)["externalId"])
"""


def key_in_a_run(seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_set_gives_the_same_key_in_each_run() -> None:
    assert len({key_in_a_run(seed) for seed in ("1", "2", "3", "4")}) == 1


def test_so_do_numbers_of_a_spreadsheet_and_letters_in_either_form() -> None:
    make = GeneratedKeys(Company, "name, custom.Number")
    rows = [
        {"name": name, "custom": {"Number": number}} for name in ("Caf\u00e9", "Cafe\u0301") for number in (5, 5.0, "5")
    ]
    assert len({make(row)["externalId"] for row in rows}) == 1
