"""Word documents and web pages with tables, as people's programs write them, for tests of reading them."""

from __future__ import annotations

import io
import random
import zipfile
from dataclasses import dataclass
from html import escape

__all__ = ["DrawnCell", "docx_bytes", "draw_docx", "draw_html", "html_bytes"]

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/>
<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>
</Types>"""
_RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
</Relationships>"""
_PARTS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" Target="footnotes.xml"/>
<Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>
</Relationships>"""
_STYLES = f"""<?xml version="1.0" encoding="UTF-8"?>
<w:styles xmlns:w="{_W}"><w:style w:type="character" w:styleId="Tick"><w:name w:val="Tick"/><w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr></w:style></w:styles>"""


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A cell as it is drawn: its content as markup, and how many columns and rows it covers."""

    content: str
    across: int = 1
    down: int = 1


def docx_bytes(body: str, footnotes: dict[str, str] | None = None, parts: dict[str, str] | None = None) -> bytes:
    """A Word document with this body (markup of paragraphs and tables) and footnotes by their ids."""
    notes = "".join(
        f'<w:footnote w:id="{id}"><w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p></w:footnote>'
        for id, text in (footnotes or {}).items()
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _RELATIONS,
            "word/_rels/document.xml.rels": _PARTS,
            "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{_W}" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w:body>{body}</w:body></w:document>',
            "word/footnotes.xml": f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes xmlns:w="{_W}">{notes}</w:footnotes>',
            "word/styles.xml": _STYLES,
            **(parts or {}),
        }.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), text)
    return made.getvalue()


def run(text: str, about: str = "") -> str:
    """A run of text; `about`: the markup of its properties."""
    properties = f"<w:rPr>{about}</w:rPr>" if about else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def symbol(font: str, code: str) -> str:
    """A sign of a symbol font."""
    return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'


def paragraph(*runs: str) -> str:
    """A paragraph of runs."""
    return f"<w:p>{''.join(runs)}</w:p>"


def docx_table(rows: list[list[DrawnCell]]) -> str:
    """A table; cells that cover several rows go on in those below, as Word has it."""
    lines, going = [], {}  # by column: how many rows a cell still covers, and how many columns
    for row in rows:
        cells, column, waiting = [], 0, list(row)
        while waiting or column in going:
            if column in going:
                left, across = going[column]
                cells.append(_docx_cell("<w:p/>", across, "<w:vMerge/>"))
                going = (
                    {**going, column: (left - 1, across)}
                    if left > 1
                    else {k: v for k, v in going.items() if k != column}
                )
            else:
                one = waiting.pop(0)
                across = one.across
                cells.append(_docx_cell(one.content, across, '<w:vMerge w:val="restart"/>' if one.down > 1 else ""))
                if one.down > 1:
                    going[column] = (one.down - 1, across)
            column += across
        lines.append(f"<w:tr>{''.join(cells)}</w:tr>")
    return f"<w:tbl>{''.join(lines)}</w:tbl>"


def _docx_cell(content: str, across: int, merge: str) -> str:
    span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{content}</w:tc>"


def html_bytes(body: str, encoding: str = "utf-8") -> bytes:
    """A web page with this body."""
    page = f'<!DOCTYPE html><html><head><meta charset="{encoding}"><title>A page</title><style>td {{ color: red }}</style></head><body>{body}</body></html>'
    return page.encode(encoding, "xmlcharrefreplace")


def html_table(rows: list[list[DrawnCell]], caption: str = "") -> str:
    """A table of a web page."""
    lines = "".join(
        "<tr>"
        + "".join(
            f"<td{f' colspan={one.across}' if one.across > 1 else ''}{f' rowspan={one.down}' if one.down > 1 else ''}>{one.content}</td>"
            for one in row
        )
        + "</tr>"
        for row in rows
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}<tbody>{lines}</tbody></table>"


_DOCX_TICKS = {
    "✓": (symbol("Wingdings", "F0FC"), symbol("Webdings", "F061"), symbol("Wingdings 2", "F050"), run("ü", '<w:rStyle w:val="Tick"/>'), run("3", '<w:rFonts w:ascii="ZapfDingbats"/>')),
    "✗": (symbol("Wingdings", "F0FB"), symbol("Webdings", "F072"), run("O", '<w:rFonts w:ascii="Wingdings 2"/>'), run("7", '<w:rFonts w:ascii="ZapfDingbats"/>')),
}  # fmt: skip


def draw_docx(chance: random.Random, rows: list[list[str]], title: str = "") -> bytes:
    """Rows of texts as a table of a Word document: ticks in symbol fonts, texts in pieces, raised signs, deleted text."""
    notes: dict[str, str] = {}

    def drawn(text: str) -> DrawnCell:
        if text in _DOCX_TICKS and chance.random() < 0.7:
            runs = [chance.choice(_DOCX_TICKS[text])]
        else:
            cut = chance.randrange(len(text) + 1)
            runs = [run(text[:cut]), run(text[cut:])] if chance.random() < 0.3 else [run(text)]
        if text and chance.random() < 0.1:
            runs.append(run("4", '<w:vertAlign w:val="superscript"/>'))
        if text and chance.random() < 0.1:
            notes[str(len(notes) + 1)] = "see the annex"
            runs.append(f'<w:r><w:footnoteReference w:id="{len(notes)}"/></w:r>')
        if chance.random() < 0.1:
            runs.append('<w:del w:id="1" w:author="a"><w:r><w:delText>old</w:delText></w:r></w:del>')
        return DrawnCell(paragraph(*runs))

    above = paragraph(run(title)) if title else ""
    about = docx_table([[DrawnCell(paragraph(run("About this report")))]]) if chance.random() < 0.2 else ""
    return docx_bytes(f"{about}{above}{docx_table([[drawn(text) for text in row] for row in rows])}", notes)


def draw_html(chance: random.Random, rows: list[list[str]], title: str = "") -> bytes:
    """Rows of texts as a table of a web page: pictures with words, raised signs, hidden keys, flags, line breaks."""

    def drawn(text: str) -> DrawnCell:
        shown = f'<img src="a.png" alt="{escape(text)}">' if text and chance.random() < 0.2 else escape(text)
        if text and chance.random() < 0.15:
            shown += chance.choice(['<sup><a href="#n1">[1]</a></sup>', "<sup>b</sup>"])
        if chance.random() < 0.15:
            shown = '<span style="display: none">000</span>' + shown
        if chance.random() < 0.1:
            shown = f"<p>\n  {shown}\n</p>"
        return DrawnCell(shown)

    table = html_table([[drawn(text) for text in row] for row in rows], title)
    menu = "<table><tr><td>Home</td><td>About</td></tr></table>" if chance.random() < 0.3 else ""
    encoding = chance.choice(["utf-8", "utf-8", "windows-1252"])
    return html_bytes(f'{menu}<h2>Laws</h2>{table}<ol><li id="n1">see the annex</li></ol>', encoding)
