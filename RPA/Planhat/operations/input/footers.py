"""Lines that programs write below a table, in the languages of their users: totals, and notes on the export."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from RPA.Planhat.text.parsing import trim

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOTAL = (
    r"(?:(?:grand|sub|general|overall|report)[ -]?)?totals?(?: (?:général|general|records|rows|count|amount|generale))?"
    r"|sub[ -]?total|summe|gesamt(?:summe)?|zwischensumme|sum|suma|summa|somme|totale|totaal|razem|итого|count|anzahl"
    r"|average|durchschnitt|mittelwert|moyenne|promedio|media"
    r"|(?:gesamt|teil)?ergebnis|total result|totaux|total geral|totale complessivo|(?:eind|sub)totaal"
    r"|(?:genel |ara )?toplam|suma końcowa|общий итог|合計|総計|小計|总计|合计|小计|합계|총합계"
)
_BY = r"(?:on|at|by|from|via|with|am|um|von|vom|aus|durch|le|par|el|por|il|da|op|door)\b"
_MADE = (
    r"(?:exported|generated|created|produced|printed|downloaded|extracted|erstellt|exportiert|generiert|gedruckt"
    r"|erzeugt|exporté|généré|créé|exportado|generado|creado|esportato|generato|creato|gegenereerd)"
)
_ROWS = r"(?:rows?|records?|lines?|entries|items|results|zeilen|datensätze|einträge|lignes|filas|righe|rijen)"
_NOTE = (
    rf"(?:this )?(?:(?:report|export|file|list|table|data|bericht|datei|liste) )?(?:was )?{_MADE}\s*(?:{_BY}|:)"
    rf"|(?:export|report|run|print|download)[ -]?(?:date|datum|time|{_MADE})\s*(?:{_BY}|:|$)"
    r"|(?:data )?(?:as of|stand)\W*(?:vom|per|am)?\W*[0-9]"
    r"|(?:page|seite|pagina|página) [0-9]+(?:\W|$)(?:\s?(?:of|von|de|di|van|/)?\s?[0-9]+)?$"
    r"|(?:copyright|©|\(c\)) |all rights reserved"
    r"|applied filters?\s*:|no filters applied\W*$|(?:count|sum|anzahl|summe|average|mittelwert)\s*[:=]\s*[0-9.,]+$"
    r"|confidential(?: information)?\s*(?:[-\u2013\u2014:.(]|$)|filtered by\s*(?::|$)"
    r"|[-*=\s]*end of (?:the )?(?:file|report|export|data|list|table)\b"
    r"|ende (?:der|des) (?:datei|berichts|liste|tabelle)\b"
    rf"|\(?[0-9][0-9.,]* {_ROWS}(?: (?:affected|selected|exported|returned|found|in set|total))?\)?\W*$"
    rf"|(?:number of |total |anzahl )?{_ROWS}(?: count)?\s*[:=]"
)
FOOTER = re.compile(rf"(?P<total>(?:{_TOTAL})\W*(?:\([0-9]+ {_ROWS}\))?$)|{_NOTE}", re.IGNORECASE | re.MULTILINE)
"""How the first cell of a line begins that programs write below a table: totals, and notes on the export."""

BEGINNING = 3
_STARTS = (
    "tot|gra|sub|gen|ove|rep|sum|ges|zwi|som|raz|ито|cou|anz|ave|dur|mit|moy|pro|med|thi|exp|fil|lis|tab|"
    "app|no |dat|was|cre|pri|dow|ext|ers|ged|geg|erz|gén|ger|cré|esp|run|sta|as |pag|sei|pág|cop|© 1|© 2|(c)|all|"
    "con|end| en|-en|*en|=en|---|***|===|ber|num|row|rec|lin|ent|ite|res|zei|ein|lig|rig|rij|"
    "erg|tei|ein|top|ara|общ|合計|総計|小計|总计|合计|小计|합계|총합계"
)
STARTS = frozenset(_STARTS.split("|"))
"""The first letters of such words, by which most lines are seen to have none of them."""

COUNT = re.compile(rf"^\(?[0-9][0-9.,]* {_ROWS}", re.IGNORECASE | re.MULTILINE)

_AMOUNT = re.compile(
    r"[-+(]?\W?[0-9][0-9.,'\s\u00a0\u202f]*(?: ?(?:[A-Z]{3}|\W))?\)?|[A-Z]{3} ?[0-9][0-9.,]*|-|[A-Z]{3}"
)


def footer_problem(cells: Sequence[Any]) -> str:
    """Returns why a line is a total or a note below a table rather than a row, or nothing.

    A total has nothing but amounts beside its word, and a note has at most one more cell. Where the word is in small
    letters, as the id of a dimension may be, there are empty cells as well.
    """
    if len(cells) < 2:
        return ""
    filled = [text for cell in cells if cell is not None and (text := trim(str(cell)))]
    found = FOOTER.match(filled[0]) if filled else None
    if found is None:
        return ""
    if not found["total"]:
        return f"it looks like a note on the export, not like a row: {filled[0]!r}." if len(filled) <= 2 else ""
    is_total = all(map(_AMOUNT.fullmatch, filled[1:])) and (filled[0][0].isupper() or len(filled) < len(cells))
    return f"it looks like the total of the table, not like a row: {filled[0]!r}." if is_total else ""


def may_have_footers(firsts: list[Any]) -> bool:
    """Returns whether one of some lines may be a total or a note, by their first cells; one without is looked at."""
    if not all(firsts):
        return True
    starts = {first[:BEGINNING].casefold() for first in firsts if isinstance(first, str)}
    return not starts.isdisjoint(STARTS) or COUNT.search("\n".join(map(str, firsts))) is not None
