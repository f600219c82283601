"""Print what stands on the pages of a PDF as JSON: run in a process of its own, which a hostile file may bring down.

PDFium ends its process where memory is refused, and some files keep it busy for hours. A page is one line of output,
so that what was read before the end is known. Lengths are in points, from the top left corner of the page as it is seen.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import math
import struct
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy
import pypdfium2
import pypdfium2.raw as pdfium

_MOST_MEMORY, _MOST_SECONDS = 1_500_000_000, 60
_MOST_GLYPHS, _MOST_OBJECTS, _MOST_SEGMENTS, _MOST_DEPTH = 20_000, 60_000, 60, 8
_MOST_OUTPUT = 100_000_000  # bytes
_MOST_PAGES = 5_000
_MOST_PICTURE = 2_000_000  # bytes that are compared
_MOST_RENDERED = 100_000  # pixels of a picture that are compared
_MOST_PIXELS = 400  # along a sample
_TURNED = 0.8  # the share of letters that run sideways on a page that was laid on its side
_BESIDE = 100.0  # points beside the page
_INK, _GRID, _RIM, _MOST_SIDE = 30, 12, 4, 4_000  # how far ink is from its ground; fields, pixels around, along a page
_LETTERS = 12  # the height in points up to which an outline may be a letter
_ENCRYPTED = 4
Matrix = tuple[float, float, float, float, float, float]


class PageError(Exception):
    """A page that can't be read."""


def _point(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _matrix_of(item: Any, outer: Matrix) -> Matrix:
    """The matrix of an object within one of another."""
    own = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, own):
        return outer
    a, b, c, d, e, f = own.a, own.b, own.c, own.d, own.e, own.f
    (p, q), (r, s), (t, u) = (_point(outer, a, b), _point(outer, c, d), _point(outer, e, f))
    return p - outer[4], q - outer[5], r - outer[4], s - outer[5], t, u


class _Page:
    """A page, as it is seen."""

    def __init__(self, document: Any, number: int) -> None:
        page = document[number - 1]
        self.document, self.raw, self.page = document, page.raw, page
        left, bottom, right, top = _visible(page)
        self.rotation = page.get_rotation()
        self.left, self.bottom, self.width, self.height = left, bottom, right - left, top - bottom
        if self.rotation in (90, 270):
            self.width, self.height = self.height, self.width
        self.turned = 0  # by how much a page that was laid on its side is turned

    def turn(self, angle: int) -> None:
        """Turn a page that was laid on its side by so many degrees."""
        self.rotation = (self.rotation + 360 - angle) % 360
        if angle != 180:
            self.width, self.height = self.height, self.width
        self.turned = angle

    def seen(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page as it is seen, from the top left corner."""
        x, y = x - self.left, y - self.bottom
        if self.rotation == 0:
            return x, self.height - y
        if self.rotation == 90:
            return y, x
        if self.rotation == 180:
            return self.width - x, y
        return self.width - y, self.height - x

    def box(self, points: list[tuple[float, float]]) -> list[float]:
        """The box around points, as it is seen: left, top, right, bottom."""
        seen = [self.seen(*point) for point in points]
        # what reaches far over the page ends beside it
        xs = [min(max(x, -_BESIDE), self.width + _BESIDE) for x, _ in seen]
        ys = [min(max(y, -_BESIDE), self.height + _BESIDE) for _, y in seen]
        return [round(n, 2) for n in (min(xs), min(ys), max(xs), max(ys))]

    def is_on(self, box: list[float]) -> bool:
        """Whether the middle of a box lies on the page."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        inside = -1 <= x <= self.width + 1 and -1 <= y <= self.height + 1
        return inside and all(map(math.isfinite, box))

    def text(self) -> str:
        """The text of the page; "" where it has none."""
        found: str = self.page.get_textpage().get_text_range()
        return found

    # glyphs

    def glyphs(self) -> tuple[list[str], list[list[Any]]]:
        """The names of fonts, and of each glyph: its code, font, size, box, origin, angle in degrees, and ink."""
        text = pdfium.FPDFText_LoadPage(self.raw)
        many = pdfium.FPDFText_CountChars(text)
        if many > _MOST_GLYPHS:
            raise PageError(f"it has {many:,} letters, more than the {_MOST_GLYPHS:,} that are read")
        fonts: dict[str, int] = {}
        found: list[list[Any]] = []
        is_after_space = False
        name, flags = ctypes.create_string_buffer(256), ctypes.c_int()
        corners = [ctypes.c_double() for _ in range(4)]
        x, y = ctypes.c_double(), ctypes.c_double()
        for n in range(many):
            code = pdfium.FPDFText_GetUnicode(text, n)
            if pdfium.FPDFText_IsGenerated(text, n) == 1:  # a space that the page leaves and does not hold
                is_after_space = is_after_space or code == ord(" ")
                continue
            pdfium.FPDFText_GetFontInfo(text, n, name, 256, flags)
            font = name.value.decode("utf-8", "replace")
            pdfium.FPDFText_GetCharOrigin(text, n, x, y)
            if not pdfium.FPDFText_GetCharBox(text, n, *corners):
                continue
            left, right, bottom, top = (one.value for one in corners)
            box = self.box([(left, bottom), (right, top)])
            origin = self.seen(x.value, y.value)
            turn = math.degrees(pdfium.FPDFText_GetCharAngle(text, n))
            angle = round(turn + self.rotation) % 360  # clockwise, as the page's own turn is
            if self.is_on(box):
                size = pdfium.FPDFText_GetFontSize(text, n) * _scale(text, n)
                if is_after_space:
                    space = [box[0], box[1], box[0], box[3]]
                    at = [round(origin[0] - 0.02, 2), round(origin[1], 2)]
                    found.append([ord(" "), fonts.setdefault(font, len(fonts)), round(size, 2), space, at, angle, ""])
                is_after_space = False
                hyphen = pdfium.FPDFText_IsHyphen(text, n) == 1
                found.append([
                    ord("-") if hyphen else code, fonts.setdefault(font, len(fonts)), round(size, 2), box,
                    [round(one, 2) for one in origin], angle, _ink(text, n),
                ])  # fmt: skip
        pdfium.FPDFText_ClosePage(text)
        return list(fonts), found

    # drawings and pictures

    def objects(self) -> Iterator[tuple[Any, int, Matrix]]:
        """Every object of the page and of the forms on it: itself, its kind, and the matrix it stands in."""
        waiting: list[tuple[Any, Matrix, int]] = []
        unit = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        many = pdfium.FPDFPage_CountObjects(self.raw)
        if many > _MOST_OBJECTS:
            raise PageError(f"it has {many:,} drawings, more than the {_MOST_OBJECTS:,} that are read")
        waiting = [(pdfium.FPDFPage_GetObject(self.raw, n), unit, 0) for n in range(many)][::-1]
        seen = 0
        while waiting:
            item, outer, depth = waiting.pop()
            seen += 1
            if seen > _MOST_OBJECTS:
                raise PageError(f"it has more than the {_MOST_OBJECTS:,} drawings that are read")
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MOST_DEPTH:
                inner = _matrix_of(item, outer)
                within = pdfium.FPDFFormObj_CountObjects(item)
                if within > _MOST_OBJECTS:
                    raise PageError(f"it has more than the {_MOST_OBJECTS:,} drawings that are read")
                waiting += [(pdfium.FPDFFormObj_GetObject(item, n), inner, depth + 1) for n in range(within)][::-1]
            else:
                yield item, kind, outer

    def drawn(self) -> tuple[list[list[Any]], list[list[Any]], int]:
        """The pieces of drawings (box, points from 0 to 1, fill, line), the pictures (box, what tells them), and the outlines of letters."""
        pieces: list[list[Any]] = []
        pictures: list[list[Any]] = []
        outlines = 0
        for item, kind, outer in self.objects():
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                for piece, many in self._pieces(item, outer):
                    small = piece[0][3] - piece[0][1] < _LETTERS
                    outlines += many > 20 and small
                    pieces.append(piece)
            elif kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
                matrix = _matrix_of(item, outer)
                box = self.box([_point(matrix, *corner) for corner in ((0, 0), (1, 0), (0, 1), (1, 1))])
                if self.is_on(box):
                    key = self._picture_key(item) if kind == pdfium.FPDF_PAGEOBJ_IMAGE else "shading"
                    pictures.append([box, key])
        return pieces, pictures, outlines

    def _picture_key(self, item: Any) -> str:
        """What tells a picture from others: its size, its bytes, and how a small one looks with what masks it."""
        width, height = ctypes.c_uint(), ctypes.c_uint()
        pdfium.FPDFImageObj_GetImagePixelSize(item, width, height)
        size = pdfium.FPDFImageObj_GetImageDataRaw(item, None, 0)
        digest = hashlib.sha256()
        if 0 < size <= _MOST_PICTURE:
            buffer = ctypes.create_string_buffer(size)
            pdfium.FPDFImageObj_GetImageDataRaw(item, buffer, size)
            digest.update(buffer.raw)
        if width.value * height.value <= _MOST_RENDERED:
            bitmap = pdfium.FPDFImageObj_GetRenderedBitmap(self.document.raw, self.raw, item)
            if bitmap:
                many = pdfium.FPDFBitmap_GetStride(bitmap) * pdfium.FPDFBitmap_GetHeight(bitmap)
                digest.update(ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), many))
                pdfium.FPDFBitmap_Destroy(bitmap)
        return f"{width.value}x{height.value} {size} {digest.hexdigest()[:16]}"

    def _pieces(self, item: Any, outer: Matrix) -> Iterator[tuple[list[Any], int]]:
        """The parts of a path that are drawn, each with the number of its segments."""
        fill_mode, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(item, fill_mode, stroke)
        fill = _colour(pdfium.FPDFPageObj_GetFillColor, item) if fill_mode.value else ""
        line = _colour(pdfium.FPDFPageObj_GetStrokeColor, item) if stroke.value else ""
        if not fill and not line:
            return
        width = ctypes.c_float()
        pdfium.FPDFPageObj_GetStrokeWidth(item, width)
        matrix = _matrix_of(item, outer)
        parts: list[list[tuple[float, float]]] = []
        kinds: list[str] = []
        many = pdfium.FPDFPath_CountSegments(item)
        if many > _MOST_OBJECTS:
            raise PageError(f"it has a drawing of {many:,} lines, more than the {_MOST_OBJECTS:,} that are read")
        x, y = ctypes.c_float(), ctypes.c_float()
        for n in range(many):
            segment = pdfium.FPDFPath_GetPathSegment(item, n)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            if kind == pdfium.FPDF_SEGMENT_MOVETO or not parts:
                parts.append([])
                kinds.append("")
            parts[-1].append(_point(matrix, x.value, y.value))
            kinds[-1] += {pdfium.FPDF_SEGMENT_LINETO: "l", pdfium.FPDF_SEGMENT_BEZIERTO: "c"}.get(kind, "m")
        for points, letters in zip(parts, kinds, strict=True):
            box = self.box(points)
            if len(points) > 1 and self.is_on(box):
                yield [box, _relative([self.seen(*one) for one in points], box), letters[:_MOST_SEGMENTS], fill, line, round(width.value, 2)], len(points)  # fmt: skip

    # samples

    def sample(self, box: list[float]) -> dict[str, Any]:
        """A picture (PNG) of a part of the page as it is seen."""
        left, top, right, bottom = box
        scale = min(4.0, _MOST_PIXELS / max(right - left, bottom - top, 1))
        width, height = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
        buffer, stride = self._rendered(width, height, scale, (left, top))
        rows = [_rgb(buffer[n * stride : n * stride + width * 4]) for n in range(height)]
        return {"png": _png(width, height, b"".join(b"\0" + row for row in rows)).hex()}

    def _rendered(self, width: int, height: int, scale: float, corner: tuple[float, float]) -> tuple[bytes, int]:
        """The pixels of a part of the page (blue, green, red and an unused byte each), and the bytes of a line."""
        bitmap = pdfium.FPDFBitmap_Create(width, height, 0)
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        turn = (self.rotation - self.page.get_rotation()) % 360 // 90
        whole = round(self.width * scale), round(self.height * scale)
        left, top = (round(-one * scale) for one in corner)
        pdfium.FPDF_RenderPageBitmap(bitmap, self.raw, left, top, *whole, turn, pdfium.FPDF_ANNOT)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        buffer = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
        pdfium.FPDFBitmap_Destroy(bitmap)
        return buffer, stride

    def looks(self, boxes: list[list[float]]) -> list[dict[str, Any] | None]:
        """How what stands in parts of the page looks; None for one in which nothing is seen."""
        scale = min(4.0, _MOST_SIDE / max(self.width, self.height, 1))
        width, height = max(1, round(self.width * scale)), max(1, round(self.height * scale))
        buffer, stride = self._rendered(width, height, scale, (0.0, 0.0))
        pixels = numpy.frombuffer(buffer, dtype=numpy.uint8).reshape(height, stride // 4, 4)[:, :width, 2::-1]
        found = []
        for box in boxes:
            left, top, right, bottom = (max(0, round(side * scale)) for side in box)
            part = pixels[top:bottom, left:right].astype(numpy.int16)
            around = pixels[max(0, top - _RIM) : bottom + _RIM, max(0, left - _RIM) : right + _RIM]
            found.append(_look(part, around) if part.size else None)
        return found


def _visible(page: Any) -> tuple[float, float, float, float]:
    """The part of a page that is seen, in its own coordinates."""
    media, crop = (
        (min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3]))
        for box in (page.get_mediabox(), page.get_cropbox())
    )
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    return (left, bottom, right, top) if right > left and top > bottom else media


def _ink(text: Any, n: int) -> str:
    """The colour of a glyph as RRGGBB; "" where it is not painted."""
    item = pdfium.FPDFText_GetTextObject(text, n)
    if item and pdfium.FPDFTextObj_GetTextRenderMode(item) in (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP):  # fmt: skip
        return ""
    parts = [ctypes.c_uint() for _ in range(4)]
    if not pdfium.FPDFText_GetFillColor(text, n, *parts):
        return "000000"
    return "".join(f"{one.value:02X}" for one in parts[:3]) if parts[3].value else ""


def _scale(text: Any, n: int) -> float:
    """By how much a glyph is larger than the size of its font says."""
    matrix = pdfium.FS_MATRIX()
    return math.hypot(matrix.c, matrix.d) if pdfium.FPDFText_GetMatrix(text, n, matrix) else 1.0


def _colour(ask: Callable[..., int], item: Any) -> str:
    """The colour of a fill or line as RRGGBB; "" where it can't be seen."""
    parts = [ctypes.c_uint() for _ in range(4)]
    if not ask(item, *parts) or parts[3].value == 0:
        return ""
    return "".join(f"{one.value:02X}" for one in parts[:3])


def _relative(points: list[tuple[float, float]], box: list[float]) -> list[list[float]]:
    """Points as shares of the longer side of their box."""
    longer = max(box[2] - box[0], box[3] - box[1]) or 1.0
    return [[round((x - box[0]) / longer, 2), round((y - box[1]) / longer, 2)] for x, y in points[:_MOST_SEGMENTS]]


def _rgb(line: bytes) -> bytes:
    """A line of pixels of blue, green, red and an unused byte as red, green, blue."""
    found = bytearray(len(line) // 4 * 3)
    found[0::3], found[1::3], found[2::3] = line[2::4], line[1::4], line[0::4]
    return bytes(found)


def _look(pixels: Any, around: Any) -> dict[str, Any] | None:
    """How what stands in a part of a page looks: its ink in a grid from 0 to 9, colour, size, and symmetry; None for nothing.

    `pixels`, and those with what stands `around` them: rows × columns × red, green, blue. The ground is the colour of most of
    the rim.
    """
    rim = numpy.concatenate([around[0], around[-1], around[:, 0], around[:, -1]])
    ground = numpy.median(rim, axis=0)
    inked = numpy.abs(pixels - ground).max(axis=2) > _INK
    rows, columns = numpy.flatnonzero(inked.any(axis=1)), numpy.flatnonzero(inked.any(axis=0))
    if not len(rows):
        return None
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    ink = inked[top:bottom, left:right]
    colour = pixels[top:bottom, left:right][ink].mean(axis=0)
    mirrored = ink[:, ::-1]
    symmetry = (ink & mirrored).sum() / (ink | mirrored).sum()
    # the share of ink in each field of a grid, by sums up to its corners
    sums = numpy.pad(ink.astype(float).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    at = [numpy.linspace(0, size, _GRID + 1) for size in ink.shape]
    whole = _between(_between(sums, at[0]).T, at[1]).T
    areas = numpy.outer(numpy.diff(at[0]), numpy.diff(at[1]))
    grid = numpy.diff(numpy.diff(whole, axis=0), axis=1) / areas
    return {
        "grid": numpy.rint(9 * grid).astype(int).ravel().tolist(), "colour": [round(one) for one in colour],
        "size": [int(right - left), int(bottom - top)], "symmetry": round(float(symmetry), 2),
    }  # fmt: skip


def _between(values: Any, places: Any) -> Any:
    """Rows of values at places that may lie between two rows."""
    low = numpy.minimum(places.astype(int), len(values) - 2)
    share = (places - low)[:, None]
    return values[low] * (1 - share) + values[low + 1] * share


def _png(width: int, height: int, lines: bytes) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def _turned(page: _Page, turn: int | None = None) -> dict[str, Any]:
    """What stands on a page; one that was laid on its side is turned. `turn`: by how much, where that is known."""
    fonts, glyphs = page.glyphs()
    sideways = Counter(one[5] for one in glyphs if one[0] > 32)
    many = sum(sideways.values())
    for angle in (90, 270, 180):
        if angle == turn or (turn is None and sideways[angle] > _TURNED * many):
            page.turn(angle)
            fonts, glyphs = page.glyphs()
            break
    pieces, pictures, outlines = page.drawn()
    return {
        "width": round(page.width, 2), "height": round(page.height, 2), "fonts": fonts, "glyphs": glyphs, "pieces": pieces,
        "pictures": pictures, "outlines": outlines, "turned": page.turned,
    }  # fmt: skip


class _Output:
    """What is said, a line each, up to so many bytes."""

    def __init__(self) -> None:
        self.left = _MOST_OUTPUT

    def say(self, record: dict[str, Any]) -> None:
        """Print a line."""
        line = json.dumps(record)
        self.left -= len(line)
        if self.left < 0:
            sys.exit("too much")
        print(line, flush=True)  # noqa: T201 -- this is what the process is for


def _read(document: Any, number: int, turn: int | None) -> dict[str, Any]:
    """A page, or why it can't be read."""
    try:
        return _turned(_Page(document, number), turn)
    except (PageError, pypdfium2.PdfiumError) as error:
        return {"error": str(error)}


def main(what: str, path: str) -> None:
    """Print what is asked for on standard input: the texts of all pages, some pages, or samples of pages."""
    with contextlib.suppress(ImportError, ValueError):  # a limit of Unix, which may be lower already
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    asked, say = json.load(sys.stdin), _Output().say
    try:
        document = pypdfium2.PdfDocument(path)
        many = len(document)
    except pypdfium2.PdfiumError as error:
        say({"error": "password" if getattr(error, "err_code", 0) == _ENCRYPTED else "damaged"})
        return
    if what == "texts":
        say({"pages": many})
        for number in range(1, min(many, _MOST_PAGES) + 1):
            say({"page": number, **_text_of(document, number)})
    elif what == "pages":
        for number, turn in asked:
            say({"page": number, **_read(document, number, turn)})
    elif what == "looks":
        for number, turned, boxes in asked:
            page = _Page(document, number)
            if turned:
                page.turn(turned)
            say({"page": number, "looks": page.looks(boxes)})
    else:
        for number, box, turned in asked:
            page = _Page(document, number)
            if turned:
                page.turn(turned)
            say(page.sample(box))


def _text_of(document: Any, number: int) -> dict[str, Any]:
    """The text of a page, and how many objects are on it; nothing of a damaged one."""
    try:
        page = _Page(document, number)
        found = {"text": page.text(), "objects": pdfium.FPDFPage_CountObjects(page.raw)}
        page.page.close()
    except pypdfium2.PdfiumError:
        return {"text": "", "objects": 0}
    return found


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
