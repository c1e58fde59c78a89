"""From lines of cells to rows: the headings name the cells, and a line that does not fit them is a bad row."""

from __future__ import annotations

import logging
import re
import sys
from collections import Counter
from functools import cache
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.footers import footer_problem, may_have_footers
from RPA.Planhat.text.messages import plural
from RPA.Planhat.text.parsing import trim
from RPA.Planhat.types import MODELS
from RPA.Planhat.types.encoding import BadCell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

LOGGER = logging.getLogger("RPA.Planhat")

MORE_CELLS = "(cells beyond the last column)"
"""The name under which a row has cells for which there is no heading."""

MISSING = "(missing cell)"
"""What a cell shows that a short row does not have."""

UNNAMED = re.compile("Column [0-9]+")
"""How columns are called that the first line of a table does not name."""

NAMING = "header=True of Read Worksheet, return_dict=True of Query, columns= of Create Table"
"""How other libraries are asked for rows with the names of their columns."""

NOT_CALCULATED = "(formula without a result)"
"""What a cell shows whose formula no program has calculated."""

BEYOND_A_DAY = "(time beyond 24 hours)"
"""What a cell shows that has more than 24 hours in a format of times within a day, or is in the year 1900."""

MERGED = "(merged cell)"
"""What a cell shows that is covered by one that it was merged with."""

MARKS = {
    MERGED: "is covered by a merged cell: unmerge the cells in Excel, and fill each of them",
    NOT_CALCULATED: "has a formula that no program has calculated: open the workbook in Excel and save it",
    BEYOND_A_DAY: (
        "is a time beyond 24 hours, or a time in 1900: give the cell the format [h]:mm:ss to have it in seconds"
    ),
    MISSING: "is missing, since its row had too few cells",
}
"""What cells hold that are not understood, and how messages describe them."""

_ERRORS = (
    "#N/A #REF! #DIV/0! #VALUE! #NAME? #NUM! #NULL! #GETTING_DATA #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! #BUSY! "
    "#UNKNOWN! #ERROR! #PYTHON! #EXTERNAL! "
    "#NV #BEZUG! #WERT! #ZAHL! #KALK! #ÜBERLAUF! #FELD! #BLOCKIERT! "  # German
    "#VALEUR! #NOM? #NOMBRE! #NUL! #PROPAGATION! #CHAMP! "  # French
    "#¡REF! #¡VALOR! #¿NOMBRE? #¡DIV/0! #¡NUM! #¡NULO! #¡DESBORDAMIENTO! #¡CALC! "  # Spanish
    "#RIF! #VALORE! #NOME? #N/D #NULLO! #ESPANSIONE! #VALOR! #NÚM! #NULO! #DESPEJAR! "  # Italian, Portuguese
    "#WAARDE! #NAAM? #VERW! #GETAL! #N/B #DEEL/0! #LEEG! #OVERLOOP! "  # Dutch
    "#YOK #DEĞER! #BAŞV! #AD? #SAYI! #SAYI/0! #BOŞ! #TAŞMA! #HESAPLA! "  # Turkish
    "#N/D! #ADR! #ARG! #NAZWA? #LICZBA! #ZERO! #DZIEL/0! #ROZLANIE! "  # Polish
    "#SAKNAS! #VÄRDEFEL! #REFERENS! #NAMN? #OGILTIGT! #SKÄRNING! #DIVISION/0! #SPILL! "  # Swedish
    "#I/T #VÆRDI! #REFERENCE! #NAVN? #VERDI! #NUL! "  # Danish, Norwegian
    "#PUUTTUU! #PUUTTUU #ARVO! #VIITTAUS! #NIMI? #LUKU! #JAKO/0! #TYHJÄ! "  # Finnish
    "#Н/Д #ЗНАЧ! #ССЫЛКА! #ДЕЛ/0! #ИМЯ? #ЧИСЛО! #ПУСТО! #ПЕРЕНОС! "  # noqa: RUF001 - Russian
    "#HODNOTA! #ODKAZ! #DĚLENÍ_NULOU! #NÁZEV? #ČÍSLO! #NENÍ_K_DISPOZICI #HIÁNYZIK #ÉRTÉK! #HIV! #ZÉRÓOSZTÓ! #NÉV? "
    "#SZÁM! #NULLA! Loading..."  # Czech, Hungarian; a sheet of Google that was not finished
)
ERRORS = frozenset([*_ERRORS.split(), *(f"Err:{number}" for number in range(501, 541))])
"""What spreadsheets show in place of a value, in the languages of their users; `Err:502` is LibreOffice's."""

NEWER_ERRORS = ERRORS - {"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA"}
"""Errors for which python-calamine refuses a whole workbook."""

NUL = "\0"
STAND_IN = NUL if sys.version_info >= (3, 11) else "\ufffe"
"""What replaces NUL in the lines of a CSV file: Python 3.10 refuses to read one that has it."""

ODD = {
    "#": ("#",),
    ":": ("Err:5",),
    "L": ("Loading...",),
    "-": ("--",),
    "_": ("__",),
    "=": ("==", "sep=", "SEP=", "Sep="),
    "{": ('{"ImportId":',),
    "R": ("Response",),
    NUL: (NUL,),
    STAND_IN: (STAND_IN,),
    "(": (MISSING, NOT_CALCULATED, BEYOND_A_DAY, MERGED),
}
"""What lines have that are looked at by themselves, by a character of it: that is found in less time."""

GUARDED = re.compile(r"^(?:['=]|[^\S\n]+\")", re.MULTILINE)
"""How a cell begins that may have something which is not part of its value."""

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|[0-9]+")
"""A word of a name, which it has in all spellings: `externalId` has `Id`."""

REPEATED = "it repeats the names of the columns."

NO_TEXT = re.compile(rf"[\x00-\x08\x0e-\x1b{STAND_IN}]")
"""Control characters that no name of a column has; a file with them in its first line is not a table."""

RULER = re.compile(r"[-=_+]{2,}")
"""The cells of a line that programs for databases write below the names of columns."""

IMPORT_ID = '{"importid":'
"""How the third line of a file of Qualtrics begins, in small letters; its second line has the questions."""

SURVEYED = frozenset({"open-ended response", "response"})
"""What SurveyMonkey writes below the questions."""

OF_SURVEYS = "it is a second line of headings, as surveys have it, and not a row."

SEPARATOR_LINE = re.compile(r"sep\s*=.?")

AT_ONCE = 1000
"""Lines that are looked at together."""


class Headings:
    """The first line of a table: the names of its columns.

    Args:
        path: The file, for messages.
        cells: The names; a column without one is called `Column 3`.
        short: What a line with fewer cells is: `refuse` makes it a bad row, `fill` takes the others as empty.

    Attributes:
        names: The names of all columns.

    Raises:
        PlanhatValidationError: If there are no names, or two columns have the same.
    """

    def __init__(self, path: Path, cells: Sequence[str], short: str = "refuse") -> None:
        names = [trim(cell) for cell in cells]
        if not any(names):
            raise PlanhatValidationError(f"{path} is empty: its first line has to name the columns.")
        strange = NO_TEXT.search("".join(map(str, cells)))
        if strange:
            raise PlanhatValidationError(f"{path} is not a text file: its first line has the character {strange[0]!r}.")
        twice = [name for name, count in Counter(names).items() if name and count > 1]
        if twice:
            raise PlanhatValidationError(f"{path} has two columns named {twice[0]!r}: rename one in the first line.")
        self.names = [name or f"Column {number}" for number, name in enumerate(names, 1)]
        self._unnamed = [own for own, name in zip(self.names, names, strict=True) if not name]
        self._needed = max(number for number, name in enumerate(names, 1) if name)
        self._known = spellings(names)
        words = {word.casefold() for name in names for word in WORD.findall(name)} or set(self._known[0])
        self._words = sorted(words, key=len, reverse=True)
        self._fill = short == "fill"
        self._parts = Parts(list(filter(None, names)), str(path))

    def rows(
        self, lines: Iterable[list[Any]], clean: Callable[[list[Any], Sequence[str]], list[Any]] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yields a row for each line that has something in it.

        Args:
            lines: The cells below the headings.
            clean: Returns the cells of a line, by their columns, without what guards them for a spreadsheet.
        """
        width = len(self.names)
        first = list(islice(lines := iter(lines), 2))
        is_qualtrics = len(first) > 1 and str(next(iter(first[1]), "")).casefold().startswith(IMPORT_ID)
        if is_qualtrics:
            yield self._row(first.pop(0), OF_SURVEYS)
        left = chain(first, lines)
        while whole := list(islice(left, AT_ONCE)):
            block = [cells for cells in whole if _says_something(cells)]
            own = len(block)
            if len(block) < len(whole) or self._parts.need_a_look:
                own = self._parts.look(whole, lambda cells: not self._problem(cells))
            others = block[own:]
            block = block[:own]
            text = _text_of(block)
            if clean is not None and _is_guarded(text):
                block = [clean(cells, self.names) for cells in block]
            folded = text.casefold()
            repeats = all(word in folded for word in self._words)
            plain = set(map(len, block)) == {width} and not (repeats or _is_odd(text))
            if plain and not may_have_footers([cells[0] for cells in block]):
                rows = [dict(zip(self.names, cells, strict=True)) for cells in block]
            else:
                rows = list(map(self._row, block))
            rows += [self._row(cells, self._parts.problem) for cells in others]
            if self._unnamed:
                rows = list(map(self._without_unnamed, rows))
            yield from rows

    def _row(self, cells: list[Any], problem: str = "") -> dict[str, Any]:
        problem, width = problem or self._problem(cells), len(self.names)
        if problem:
            # What a row of another width means by any of its cells is not known, so all of them are bad.
            own: list[Any] = [BadCell("" if cell is None else str(cell), problem) for cell in cells[:width]]
            own += [BadCell(MISSING, problem)] * (self._needed - len(own))
            row: dict[str, Any] = dict(zip(self.names, own, strict=False))
            return {**row, MORE_CELLS: cells[width:]} if any(cells[width:]) else row
        own = [*cells[:width], *[""] * (width - len(cells))]
        if _is_odd(_text_of([own])):
            own = [understood(name, cell) for name, cell in zip(self.names, own, strict=True)]
        return dict(zip(self.names, own, strict=True))

    def _problem(self, cells: list[Any]) -> str:
        """Returns why a line is not a row of this table, or nothing."""
        shown, _ = line = spellings(cells)
        if are_names(line, self._known):
            return REPEATED
        of_program = _line_of_program(shown)
        if of_program:
            return of_program
        has = f"it has {plural(len(cells), 'cell')}, and the first line names {plural(len(self.names), 'column')}"
        if any(cells[len(self.names) :]):
            title = f"if {self.names[0]!r} is a title, delete the lines above the names of the columns."
            return f"{has}: {title if len(self.names) == 1 else 'is a quotation mark missing?'}"
        if not self._fill and len(cells) < self._needed:
            return f"{has}."
        return footer_problem(cells)

    def _without_unnamed(self, row: dict[str, Any]) -> dict[str, Any]:
        return {name: cell for name, cell in row.items() if name not in self._unnamed or _has_text(cell)}


VALUE = re.compile(r"[^\s@]+@[^\s@]+|[A-Za-z]{0,4}[^\w\s]?[\W\d_]*[0-9][\W\d_]*")
"""An address, a number, a date, or an id such as A-1: names of columns are words."""

LOOKED_AT = 20
"""Lines below names that tell whether they are names."""

COLUMNS_OF_TABLES = 3
"""Columns of which a row fills more than one. Of two, the second is often empty."""


class Parts:
    """The parts of a table that empty lines divide: one of them may be another table, with names of its own.

    Args:
        names: The names of the columns.
        where: The table, for messages.

    Attributes:
        problem: What is wrong with the lines of another table; nothing before there is one.
    """

    def __init__(self, names: Sequence[str], where: str) -> None:
        self._names = {"".join(filter(str.isalnum, str(name))).casefold() for name in names}
        self._where = where
        self._has_rows = self._is_below = self._is_told = self._is_spaced = False
        self.problem = ""

    @property
    def need_a_look(self) -> bool:
        """Whether lines have to be looked at though none of them is empty."""
        self._has_rows = True
        return self._is_below or bool(self.problem)

    def look(self, lines: Sequence[list[Any]], is_row: Callable[[list[Any]], bool]) -> int:
        """Returns how many of some lines that are not empty are those of this table.

        Args:
            lines: All lines.
            is_row: Whether a line by itself is a row.
        """
        own = 0
        for place, cells in enumerate(lines):
            if not _says_something(cells):
                self._is_below = self._has_rows
                self._is_spaced = self._is_spaced or not self._has_rows  # a program that writes one below each line
                continue
            if self._is_below and not self.problem and is_row(cells):
                self.take_first(cells, list(takewhile(_says_something, lines[place + 1 : place + LOOKED_AT])))
            if self.problem:
                return own
            own += 1
            self._has_rows, self._is_below = True, False
        return own

    def take_first(self, cells: list[Any], below: Sequence[list[Any]]) -> None:
        """Finds out whether the first line below an empty one begins another table, or is a note.

        Args:
            cells: The line.
            below: The lines that follow, to the next empty one.
        """
        filled = [str(cell) for cell in cells if _has_text(cell)]
        shown = ", ".join(filled)[:100]
        is_title = len(filled) == 1 and below
        if self._are_names(below[0], below[1:]) if is_title else self._are_names(cells, below):
            self.problem = (
                f"it belongs to another table, which begins with {shown!r}: save each table in a file or a sheet of "
                "its own. If that is a row of this one, delete the empty line above."
            )
        elif len(filled) == 1 and not self._is_spaced and self._may_be_note(filled[0]):
            self.problem = (
                f"{shown!r} stands alone below an empty line, as a note or a title does: delete it. If it is a row of "
                "this table, delete the empty line above."
            )
        elif not (self._is_told or self._is_spaced):
            self._is_told = True
            LOGGER.warning(
                "%s has empty lines between rows. Those below, from %r on, are read as rows of the same table. Save "
                "another table in a file or a sheet of its own.",
                self._where,
                shown,
            )

    def _may_be_note(self, text: str) -> bool:
        return len(self._names) >= COLUMNS_OF_TABLES and text not in ERRORS and not VALUE.fullmatch(text.strip())

    def _are_names(self, cells: list[Any], below: Sequence[list[Any]]) -> bool:
        """Returns whether a line has names of fields, or words above values such as numbers and addresses."""
        filled = {place: cell for place, cell in enumerate(cells) if _has_text(cell)}
        if len(filled) < 2 or not all(isinstance(cell, str) for cell in filled.values()):
            return False
        plain = ["".join(filter(str.isalnum, cell)).casefold() for cell in filled.values()]
        known = [name for name in plain if name in self._names or name in _names_of_fields() or name[:6] == "custom"]
        if len(known) > 1 and len(known) * 2 >= len(filled):
            return True
        if any(VALUE.fullmatch(cell.strip()) for cell in filled.values()) or len(set(plain)) < len(filled):
            return False
        rest = [{place: cell for place, cell in enumerate(line) if _has_text(cell)} for line in below]
        columns = [[line[place] for line in rest if place in line] for place in filled]
        if any(line.keys() - filled.keys() for line in rest):
            return False
        return any(each and all(map(_is_value, each)) for each in columns)


@cache
def _names_of_fields() -> frozenset[str]:
    """Returns the names of all fields, as they are compared."""
    names = (
        name for model in MODELS.values() for field in model.known_fields().values() for name in (field.name, field.key)
    )
    return frozenset("".join(filter(str.isalnum, name)).casefold() for name in names)


def _is_value(cell: Any) -> bool:
    return not isinstance(cell, str) or VALUE.fullmatch(cell.strip()) is not None


def _line_of_program(shown: list[str]) -> str:
    """Returns what a line is that a program has written between the rows, or nothing.

    Args:
        shown: What it shows, in small letters.
    """
    if shown and all(map(RULER.fullmatch, shown)):
        return "it is a line between the names of the columns and the rows."
    if shown and (shown[0].startswith(IMPORT_ID) or SURVEYED.issuperset(shown)):
        return OF_SURVEYS
    return "it tells the delimiter of a file, and is not a row." if SEPARATOR_LINE.fullmatch("".join(shown)) else ""


Spellings = tuple[list[str], list[str]]
"""What a line shows, in no order and case; and the same without spaces and signs."""


def spellings(cells: Iterable[Any]) -> Spellings:
    """Returns what a line shows, as it is compared with names: files that were joined may differ in order and case.

    A report repeats `External ID` where its first line has `external_id`.
    """
    shown = sorted(text for cell in cells if (text := trim(str(cell)).casefold()) and cell is not None)
    return shown, sorted("".join(filter(str.isalnum, text)) for text in shown)


def are_names(line: Spellings, names: Spellings) -> bool:
    """Returns whether a line shows the names of the columns."""
    return line[0] == names[0] or (any(names[1]) and line[1] == names[1])


def _has_text(cell: Any) -> bool:
    return bool(cell.text) if isinstance(cell, BadCell) else cell not in ("", None)


def _says_something(cells: list[Any]) -> bool:
    """Returns whether there is something in a line that a person sees."""
    first = cells[0] if cells else None
    if isinstance(first, str) and "!" <= first[:1] <= "~":  # most lines begin so
        return True
    return any(bool(trim(cell)) if isinstance(cell, str) else cell is not None for cell in cells)


def _text_of(block: list[list[Any]]) -> str:
    """Returns all strings of some lines."""
    try:
        return "\n".join(map("\n".join, block))
    except TypeError:
        return "\n".join([cell for cells in block for cell in cells if isinstance(cell, str)])


def _is_guarded(text: str) -> bool:
    """Returns whether a cell may begin with something that is not part of its value, at less cost than the pattern."""
    # One character is found ten times as fast as two, and most texts have none.
    if any(sign in text and (text[0] == sign or f"\n{sign}" in text) for sign in "'="):
        return True
    return '"' in text and GUARDED.search(text) is not None


def _is_odd(text: str) -> bool:
    return any(sign in text and any(mark in text for mark in marks) for sign, marks in ODD.items())


def understood(name: str, cell: Any) -> Any:
    """Returns what a cell can have, or a bad cell with what is wrong with it."""
    if not isinstance(cell, str):
        return cell
    if cell.strip() in ERRORS:
        return BadCell(cell.strip(), f"{name} shows {cell.strip()}, an error of the spreadsheet.")
    if NUL in cell or STAND_IN in cell:
        shown = cell.replace(STAND_IN, NUL)
        return BadCell(shown, f"{name} contains NUL, a character that no text has: {shown!r}.")
    return BadCell(cell, f"{name} {MARKS[cell]}.") if cell in MARKS else cell
