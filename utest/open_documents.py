"""Writes spreadsheets of LibreOffice cell by cell, as no library here does."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def open_document(folder: Path, lines: str) -> Path:
    """Writes `t.ods` with one table.

    Args:
        folder: Where.
        lines: Its rows, as elements.
    """
    with zipfile.ZipFile(folder / "t.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest='m'/>")
        archive.writestr(
            "content.xml",
            "<?xml version='1.0' encoding='UTF-8'?><office:document-content xmlns:office='o' xmlns:table='t' "
            "xmlns:text='x' xmlns:calcext='c'><office:body><office:spreadsheet><table:table table:name='S'>"
            f"{lines}</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return folder / "t.ods"
