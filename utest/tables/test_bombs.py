"""Small files that unpack, multiply or nest, and large ones without an end, are refused in seconds."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from utest.tables.test_reading import SHEET, binary_workbook, with_part, workbook

MEGABYTE = 1024 * 1024
MOST_MEMORY = 100
MOST_SECONDS = 20

READ = """
import resource, sys
from RPA.Planhat import PlanhatValidationError
from RPA.Planhat.operations.custom.declared import declared
from RPA.Planhat.operations.input.rows import read_rows

def memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

try:
    import python_calamine, yaml
    before, path = memory(), sys.argv[1]
    said = f"read {sum(1 for _ in (declared(path) if 'fields' in path else read_rows(path)))}"
except PlanhatValidationError as problem:
    said = f"refused: {problem}"
print(memory() - before, said)
"""


def stray(cell: str) -> Callable[[Path], Path]:
    """Makes a workbook with a space in a cell far away."""

    def make(folder: Path) -> Path:
        path = workbook(folder, ("Data", [["name"], ["Acme"]]))
        number = "".join(sign for sign in cell if sign.isdigit())
        row = f'<row r="{number}"><c r="{cell}" t="inlineStr"><is><t> </t></is></c></row></sheetData>'
        return with_part(path, SHEET, lambda data: data.replace(b"</sheetData>", row.encode()))

    return make


def long_text(part: str) -> Callable[[Path], Path]:
    """Makes a workbook with a text that is small on the disk only."""

    def make(folder: Path) -> Path:
        path = workbook(folder, ("Data", [["name"], ["Acme"]]))
        return with_part(path, part, lambda data: data.replace(b"Acme", b"A" * 64 * MEGABYTE))

    return make


def entities(folder: Path) -> Path:
    path = workbook(folder, ("Data", [["name"], ["Acme"]]))
    head = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet'
    return with_part(path, SHEET, lambda data: data.replace(b"<worksheet", head, 1))


def lying(folder: Path) -> Path:
    """Makes an archive whose directory says that a part is small."""
    path = folder / "lying.xlsx"
    with zipfile.ZipFile(workbook(folder, ("Data", [["name"], ["Acme"]]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[SHEET] = parts[SHEET].replace(b"</sheetData>", b"</sheetData>" + b" " * 8 * MEGABYTE)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    size, small = len(parts[SHEET]).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, small))
    return path


def text(name: str, *parts: tuple[str, int]) -> Callable[[Path], Path]:
    """Makes a text file of texts, each so many times."""

    def make(folder: Path) -> Path:
        path = folder / name
        with path.open("w", encoding="utf-8", newline="") as file:
            for part, times in parts:
                for _ in range(times):
                    file.write(part)
        return path

    return make


def stray_in_binary(folder: Path) -> Path:
    """Makes a binary workbook of two cells, the second of which is in the last corner."""
    return binary_workbook(folder / "stray.xlsb", [["name"], ["Acme"]], corner="x")


LAUGHS = [f"  l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 10)]
BOMBS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a stray cell in the last corner": (stray("XFD1048576"), "up to XFD1048576"),
    "a stray cell far to the right": (stray("ZZ900000"), "up to ZZ900000"),
    "millions of empty cells": (stray("AV1000000"), "up to AV1000000"),
    "a shared text of 64 MB": (long_text("xl/sharedStrings.xml"), "a string of more than 1,048,576 bytes"),
    "a stray cell in a binary workbook": (stray_in_binary, "up to XFD1048576"),
    "entities in XML": (entities, "its XML declares entities"),
    "a directory that lies": (lying, "cannot be read as a workbook"),
    "references in YAML": (
        text("fields.yaml", ("company:\n- l0: &l0 [x, x]\n", 1), *((line, 1) for line in LAUGHS)),
        "more than 200,000 values",
    ),
    "a reference to itself": (text("fields.yaml", ("company: &a\n- name: *a\n", 1)), "nested too deep"),
    "deep YAML": (text("fields.yaml", ("company: ", 1), ("{a: ", 5000), ("1", 1), ("}", 5000)), "nested too deep"),
    "deep JSON": (text("fields.json", ('{"company": ', 1), ("[", 100_000), ("]", 100_000)), "nested too deep"),
    "a tag in YAML": (text("fields.yaml", ("company: !!python/object/apply:os.getcwd []\n", 1)), "has the tag"),
    "a line without an end": (text("line.csv", ("a" * MEGABYTE, 100)), "a row of more than 16,777,216 characters"),
    "a row without an end": (
        text("row.csv", ("a,b\n", 1), ('"' + "x" * MEGABYTE + '\n",', 100)),
        "a row of more than 16,777,216 characters",
    ),
    "a quotation mark without a partner": (
        text("quote.csv", ('a,b\n"', 1), ("x" * 99 + "\n", 10**6)),
        "quotation mark",
    ),
}


@pytest.mark.parametrize(("make", "said"), list(BOMBS.values()), ids=list(BOMBS))
@pytest.mark.matrix(45, "UC")
def test_a_bomb_is_refused(tmp_path: Path, make: Callable[[Path], Path], said: str) -> None:
    command = [sys.executable, "-c", READ, str(make(tmp_path))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=MOST_SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    memory, _, outcome = done.stdout.partition(" ")
    assert outcome.startswith("refused: ")
    assert said in outcome
    assert int(memory) < MOST_MEMORY


def test_many_columns_are_read_in_seconds(tmp_path: Path) -> None:
    names = ",".join(f"c{number}" for number in range(30_000))
    path = text("wide.csv", (f"{names}\n", 21))(tmp_path)
    command = [sys.executable, "-c", READ, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=MOST_SECONDS, check=False)
    assert done.stdout.partition(" ")[2].strip() == "read 20", done.stderr


def test_formatted_cells_without_a_value_do_not_count(tmp_path: Path) -> None:
    path = workbook(tmp_path, ("Data", [["name"], ["Acme"]]))
    with_part(
        path,
        SHEET,
        lambda data: data.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'),
    )
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, timeout=20, check=False
    )
    assert done.stdout.partition(" ")[2].strip() == "read 1", done.stderr
