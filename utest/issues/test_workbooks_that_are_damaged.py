"""A damaged or misnamed workbook gave the words of its reader, such as "Could not find EOCD"."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import errors

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat import Planhat
    from RPA.Planhat.sandbox import Sandbox

pytest.importorskip("python_calamine")
xlsxwriter = pytest.importorskip("xlsxwriter")

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
TEXTS = (".csv", ".tsv", ".json", ".jsonl")
ADVICE = "Copy or export it again, or open it in Excel and save it."


def _archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


def _workbook() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet().write_row(0, 0, ["external_id", "name"])
    return made.getvalue()


FILES: dict[str, tuple[bytes, str]] = {
    "half of a workbook": (_workbook()[:3000], f"its end is missing, as after a download that broke off. {ADVICE}"),
    "all but its end": (_workbook()[:-10], f"its end is missing, as after a download that broke off. {ADVICE}"),
    "an old workbook": (OLD + bytes(3000), f"it is a damaged one, or another document such as .doc or .msg. {ADVICE}"),
    "its beginning": (OLD, f"it is a damaged one, or another document such as .doc or .msg. {ADVICE}"),
    "a password": (OLD + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
    "an archive": (_archive("a.csv", "b.csv"), "it is a ZIP archive with 'a.csv', 'b.csv'. Unpack it."),
    "a document of Apple": (_archive("Index/Document.iwa"), "it is a document of Apple."),
    "another document": (
        _archive("[Content_Types].xml", "word/document.xml"),
        "or another document such as .doc or .msg.",
    ),
    "an empty archive": (_archive(), "is a ZIP archive that is empty. Export the table again."),
    "gzip": (gzip.compress(b"external_id,name\n"), "is a gzip archive. Unpack it first."),
    "HTML": (b"<html><table></table></html>", "is HTML or XML, as some systems export tables."),
    "CSV": (b"external_id,name\nA-1,Acme\n", "is not a workbook. If it is text, give it the ending .csv."),
    "nothing": (b"", "is empty: it has not a single byte. Export the table again."),
}


@pytest.mark.parametrize("ending", WORKBOOKS)
@pytest.mark.parametrize("kind", FILES)
def test_the_file_is_named_with_what_to_do(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, kind: str, ending: str
) -> None:
    content, said = FILES[kind]
    (tmp_path / f"t{ending}").write_bytes(content)
    with pytest.raises(errors.PlanhatValidationError) as caught:
        planhat.keywords["Import Companies"](tmp_path / f"t{ending}")
    assert said in str(caught.value)
    assert not any(word in str(caught.value) for word in ("EOCD", "Zip32", "Cfb", "OLE"))
    assert sandbox.rows("companies") == []


@pytest.mark.parametrize("ending", TEXTS)
@pytest.mark.parametrize("kind", [kind for kind in FILES if kind not in ("CSV", "nothing")])
def test_so_it_is_under_the_name_of_a_text_file(planhat: Planhat, tmp_path: Path, kind: str, ending: str) -> None:
    (tmp_path / f"t{ending}").write_bytes(FILES[kind][0])
    with pytest.raises(errors.PlanhatValidationError, match=r"archive|workbook|HTML"):
        planhat.keywords["Import Companies"](tmp_path / f"t{ending}")


BYTES = {
    "zeros": (bytes(100), "is not a text file: its first line has the character"),
    "a dBase file": (bytes([3, 120, 1, 1, 1, 0, 0, 0, 65]) + bytes(60), "is not a text file"),
    "JSON": (b'[{"external_id": "A-1", "name": "Acme"}]', "looks like JSON: give it the ending .json."),
    "an object": (b'{"external_id": "A-1"}\n{"external_id": "A-2"}\n', "looks like JSON: give it the ending .json."),
    "SYLK": (b'ID;PWXL;N;E\r\nC;Y1;X1;K"external_id"\r\n', "is a SYLK file. Open it in Excel and save it"),
}


@pytest.mark.parametrize("kind", BYTES)
def test_what_is_no_table_has_no_names_of_columns(planhat: Planhat, tmp_path: Path, kind: str) -> None:
    (tmp_path / "t.csv").write_bytes(BYTES[kind][0])
    with pytest.raises(errors.PlanhatValidationError) as caught:
        planhat.keywords["Import Companies"](tmp_path / "t.csv")
    assert BYTES[kind][1] in str(caught.value)


def test_a_folder_and_a_device_are_no_files(planhat: Planhat, tmp_path: Path) -> None:
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(errors.PlanhatValidationError, match=r"t\.csv is a folder: name a file in it\."):
        planhat.keywords["Import Companies"](tmp_path / "t.csv")
    with pytest.raises(errors.PlanhatValidationError, match="is a device or a pipe: save what it has as a file"):
        planhat.keywords["Import Companies"]("/dev/null")
