"""A second table below the first became rows of it, and a file in a wrong encoding was read without a word."""

# ruff: noqa: RUF001 - letters of Greek and Russian
from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import PlanhatError

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat import Planhat
    from RPA.Planhat.sandbox import Sandbox

KEYWORDS = ("Import Companies", "Sync Companies", "Upsert Companies")
FIRST = [["external_id", "name", "city"], ["A-1", "Acme", "Kiel"]]
OTHERS: dict[str, list[list[Any]]] = {
    "names of fields": [["external_id", "name", "email"], ["U-1", "Ada", "ada@acme.example"]],
    "other spellings": [["External ID", "Name", "Custom.Seats"], ["U-1", "Ada", "ada"]],
    "words above values": [["Person", "Mail", "Alter"], ["Ada", "ada@acme.example", 44], ["Bo", "", 12]],
    "words above dates": [["Ort", "Tag", "Leiter"], ["Rom", "2026-03-01", "Ada"]],
    "words above ids": [["Auftrag", "Ware", "Ort"], ["B-17", "Tisch", "Rom"]],
    "fewer columns": [["Konto", "Betrag", ""], ["Bank", "1.200,50 €", ""]],
    "a title": [["Kontakte", "", ""], ["Person", "Mail", "Alter"], ["Ada", "ada@acme.example", 44]],
    "a title and an empty line": [["Endusers", "", "x"], ["", "", ""], ["email", "name", ""], ["a@b.example", "A", ""]],
}


def _csv(folder: Path, *parts: list[list[Any]]) -> Path:
    text = "\n".join("".join(f"{';'.join(map(str, line))}\n" for line in part) for part in parts)
    (folder / "t.csv").write_text(text, "utf-8")
    return folder / "t.csv"


def _book(folder: Path, *parts: list[list[Any]]) -> Path:
    pytest.importorskip("python_calamine")
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(folder / "t.xlsx") as book:
        sheet, row = book.add_worksheet(), 0
        for part in parts:
            for line in part:
                sheet.write_row(row, 0, [None if cell == "" else cell for cell in line])
                row += 1
            row += 2
    return folder / "t.xlsx"


def _list(_: Path, *parts: list[list[Any]]) -> list[dict[str, Any]]:
    empty = dict.fromkeys(FIRST[0])
    rows = [dict(zip(FIRST[0], line, strict=True)) for line in parts[0][1:]]
    for part in parts[1:]:
        rows += [empty, *(dict(zip(FIRST[0], [cell or None for cell in line], strict=True)) for line in part)]
    return rows


class Table:
    """Looks like a Table of RPA.Tables."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._rows = rows

    def iter_dicts(self, *, with_index: bool) -> list[dict[str, Any]]:
        assert not with_index
        return self._rows


SOURCES: dict[str, Any] = {
    "CSV": _csv,
    "workbook": _book,
    "list": _list,
    "Table": lambda folder, *parts: Table(_list(folder, *parts)),
}


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("source", SOURCES)
def test_rows_of_another_table_are_bad(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, source: str, kind: str
) -> None:
    rows = SOURCES[source](tmp_path, FIRST, OTHERS[kind])
    for keyword in KEYWORDS[: 2 if source == "list" else 3]:  # an upsert of a list takes what a program has made
        report = planhat.keywords[keyword](rows, bad_rows="skip", fail_on_errors=False)
        others = [each for each in report.failed if "belongs to another table" in each["reason"]]
        assert len(others) >= len(OTHERS[kind]) - 2
        assert [row["name"] for row in sandbox.rows("companies")][:1] == ["Acme"]
        assert not {"Ada", "Tisch", "ada@acme.example", "A"}.intersection(r["name"] for r in sandbox.rows("companies"))


def test_the_reason_names_the_other_table(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    path = _csv(tmp_path, FIRST, OTHERS["names of fields"])
    with pytest.raises(PlanhatError) as caught:
        planhat.keywords["Import Companies"](path)
    assert "rows 2, 3: it belongs to another table, which begins with 'external_id, name, email'" in str(caught.value)
    assert sandbox.rows("companies") == []


def test_it_is_seen_behind_many_rows(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    many = [*FIRST, *([f"B-{number}", "Bolt", "Bonn"] for number in range(1200))]
    report = planhat.keywords["Import Companies"](_csv(tmp_path, many, OTHERS["words above values"]), bad_rows="skip")
    assert (len(sandbox.rows("companies")), report.counts["refused"]) == (1201, 3)


@pytest.mark.parametrize("source", SOURCES)
def test_rows_behind_empty_lines_are_rows_with_a_warning(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, source: str, caplog: pytest.LogCaptureFixture
) -> None:
    rows = SOURCES[source](tmp_path, FIRST, [["A-2", "Bolt", "Bonn"], ["A-3", "Cord", "Rom"]], [["A-4", "Dent", ""]])
    with caplog.at_level(logging.WARNING, "RPA.Planhat"):
        planhat.keywords["Import Companies"](rows)
    assert [row["name"] for row in sandbox.rows("companies")] == ["Acme", "Bolt", "Cord", "Dent"]
    (said,) = [each.getMessage() for each in caplog.records]
    assert "has empty lines between rows. Those below, from 'A-2, Bolt, Bonn' on, are read as rows" in said


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("note", [["Signed: Ada Berg", "", ""], ["", "Stand: heute", ""]], ids=["first", "second"])
def test_a_note_below_an_empty_line_is_bad(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, source: str, note: list[str]
) -> None:
    rows = SOURCES[source](tmp_path, FIRST, [note])
    shown = "".join(note)
    for keyword in KEYWORDS[: 2 if source == "list" else 3]:
        with pytest.raises(PlanhatError, match=f"row 2: '{shown}' stands alone below an empty line, as a note"):
            planhat.keywords[keyword](rows)
    assert sandbox.rows("companies") == []


def test_a_program_that_writes_an_empty_line_below_each_has_no_notes(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lines = b"external_id,name,city", b"A-1,Acme,Kiel", b",Bolt,", b"A-3,Cord,"
    (tmp_path / "t.csv").write_bytes(b"".join(line + b"\r\r\n" for line in lines))
    with caplog.at_level(logging.WARNING, "RPA.Planhat"):
        planhat.keywords["Import Companies"](tmp_path / "t.csv")
    assert {row["name"] for row in sandbox.rows("companies")} == {"Acme", "Bolt", "Cord"}
    assert caplog.records == []


@pytest.mark.parametrize("source", SOURCES)
def test_an_id_or_an_address_alone_is_no_note(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, source: str) -> None:
    rows = SOURCES[source](tmp_path, FIRST, [["A-1", "", ""]])
    planhat.keywords["Import Companies"](rows, duplicates="first")
    assert [row["name"] for row in sandbox.rows("companies")] == ["Acme"]


def test_of_two_columns_one_may_be_empty(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("name,city\nAcme,Kiel\n\nBolt,\n", "utf-8")
    planhat.keywords["Import Companies"](tmp_path / "t.csv")
    assert [row["name"] for row in sandbox.rows("companies")] == ["Acme", "Bolt"]


def test_empty_cells_of_bad_rows_come_back_empty(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    path = _book(tmp_path, [["external_id", "name", "city"], ["A-1", "Acme", "Kiel"], ["Total", "", ""]])
    report = planhat.keywords["Import Companies"](path, bad_rows="skip", fail_on_errors=False, save_as=tmp_path / "r")
    assert report.counts["refused"] == 1
    failed = (tmp_path / "r.failed.csv").read_text("utf-8-sig").splitlines()
    assert failed[1].startswith("Total,,,2,")
    assert "None" not in failed[1]


def test_a_table_further_right_has_its_own_columns_only(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    rows = [["", "", "name"], ["", "", "Acme"], ["", "", ""], ["", "", "Bolt"]]
    planhat.keywords["Import Companies"](_book(tmp_path, rows))
    assert [row["name"] for row in sandbox.rows("companies")] == ["Acme", "Bolt"]


def test_other_empty_lines_say_nothing(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "t.csv").write_text("\n\nexternal_id,name\n\n\nA-1,Acme\nA-2,Bolt\n\n,\n\n", "utf-8")
    with caplog.at_level(logging.WARNING, "RPA.Planhat"):
        planhat.keywords["Import Companies"](tmp_path / "t.csv")
    assert (len(sandbox.rows("companies")), caplog.records) == (2, [])


def test_metrics_too(planhat: Planhat, tmp_path: Path) -> None:
    lines = "external_id,value,date\nA-1,5,2026-03-01\n\nKonto,Betrag,Tag\nA-1,7,2026-03-02\n"
    (tmp_path / "t.csv").write_text(lines, "utf-8")
    with pytest.raises(PlanhatError, match="another table"):
        planhat.push_metrics(tmp_path / "t.csv", dimension_id="logins")


WRITTEN = {
    "Wrocław": "cp1250", "Łódź": "cp1250", "Şirket": "cp1254", "İstanbul": "cp1254", "Yıldız": "cp1254",
    "Москва": "cp1251", "Αθήνα": "cp1253", "Größe": "cp850", "Zürich": "mac_roman",
}  # fmt: skip
RIGHT = [
    "München", "DÜSSELDORF", "Nestlé", "L’Oréal – 5 €", "São João", "Ærø", "Bjørn Åse", "Ñandú", "col·lecció", "naïve",
    "Þingvellir á Íslandi", "½ m² à 5 £/m³", "Müller’s „Café“", "AÉROPORT", "Île-de-France", "façade", "£5 §3 ©",
]  # fmt: skip


def _file(folder: Path, word: str, encoding: str) -> Path:
    (folder / "t.csv").write_bytes(f"external_id,name\nA-1,{word}\n".encode(encoding))
    return folder / "t.csv"


@pytest.mark.parametrize("word", WRITTEN)
def test_without_an_encoding_the_message_shows_a_word_in_those_that_fit(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, word: str
) -> None:
    with pytest.raises(PlanhatError, match=r"cannot be read as utf-8.*Pass its encoding") as caught:
        planhat.keywords["Import Companies"](_file(tmp_path, word, WRITTEN[word]))
    assert repr(word) in str(caught.value)
    assert sandbox.rows("companies") == []


@pytest.mark.parametrize("word", WRITTEN)
@pytest.mark.parametrize("keyword", KEYWORDS)
def test_a_word_in_the_wrong_encoding_is_a_warning(
    planhat: Planhat, tmp_path: Path, word: str, keyword: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = _file(tmp_path, word, WRITTEN[word])
    with caplog.at_level(logging.WARNING, "RPA.Planhat"):
        planhat.keywords[keyword](path, encoding="cp1252")
    (said,) = [each.getMessage() for each in caplog.records]
    assert "read with encoding=cp1252. It is" in said
    assert f"{word!r} in {WRITTEN[word]}" in said
    caplog.clear()
    with caplog.at_level(logging.WARNING, "RPA.Planhat"):
        planhat.keywords[keyword](path, encoding=WRITTEN[word])
    assert caplog.records == []


@pytest.mark.parametrize("word", RIGHT)
def test_words_of_western_europe_are_no_warning(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "RPA.Planhat"):
        planhat.keywords["Import Companies"](_file(tmp_path, word, "cp1252"), encoding="cp1252")
    assert ([row["name"] for row in sandbox.rows("companies")], caplog.records) == ([word], [])


PLACEHOLDERS = ["n/a", "NULL", "null", "-", "--", "(No value)", "(blank)", "(leer)", "None", "nan", "unknown", "?"]


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_words_for_no_value_are_strings_unless_empty_names_them(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, text: str
) -> None:
    lines = [["external_id", "name", "city"], ["A-1", "Acme", text]]
    row = dict(zip(*lines, strict=True))
    for source in (_csv(tmp_path, lines), _book(tmp_path, lines), [row]):
        planhat.keywords["Import Companies"](source)
        planhat.keywords["Upsert Companies"](source)
    planhat.keywords["Update Company"]("extid-A-1", city=text)
    assert [each["city"] for each in sandbox.rows("companies")] == [text]
    planhat.keywords["Import Companies"](_csv(tmp_path, [lines[0], ["A-2", "Bolt", text]]), empty=text)
    assert sandbox.rows("companies")[1].get("city") is None


SURVEYS = {
    "Qualtrics": 'name,city\nWhich?,"Where, please?"\n"{""ImportId"":""Q1""}","{""ImportId"":""Q2""}"\nAcme,Kiel\n',
    "SurveyMonkey": "name,city\nOpen-Ended Response,Open-Ended Response\nAcme,Kiel\n",
    "SurveyMonkey of one question": "name,city\n,Response\nAcme,Kiel\n",
}
NOTES = ["Applied filters:\nRegion is EMEA", "No filters applied", "Count: 1", "Anzahl: 1.234", "Applied filter: x"]


@pytest.mark.parametrize("survey", SURVEYS)
def test_further_headings_of_surveys_are_no_rows(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, survey: str
) -> None:
    (tmp_path / "t.csv").write_text(SURVEYS[survey], "utf-8")
    report = planhat.keywords["Import Companies"](tmp_path / "t.csv", bad_rows="skip")
    assert [row["name"] for row in sandbox.rows("companies")] == ["Acme"]
    assert {each["reason"] for each in report.failed} == {
        "it is a second line of headings, as surveys have it, and not a row."
    }


@pytest.mark.parametrize("note", NOTES)
def test_notes_of_programs_are_no_rows(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, note: str) -> None:
    rows = _book(tmp_path, [["name", "city"], ["Acme", "Kiel"], [note, ""]])
    report = planhat.keywords["Import Companies"](rows, bad_rows="skip")
    assert "a note on the export" in report.failed[0]["reason"]
    assert [row["name"] for row in sandbox.rows("companies")] == ["Acme"]


def test_lines_that_all_have_an_empty_one_below_are_no_warning(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "t.csv").write_bytes(b"external_id,name\r\r\nA-1,Acme\r\r\nA-2,Bolt\r\r\n")
    with caplog.at_level(logging.WARNING, "RPA.Planhat"):
        planhat.keywords["Import Companies"](tmp_path / "t.csv")
    assert (len(sandbox.rows("companies")), caplog.records) == (2, [])
