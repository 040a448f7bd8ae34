"""A paper to hand in, visibly none (示例材料): a PDF of one page with a title, drawn with the reader's own font."""

from __future__ import annotations

from collections.abc import Iterator

SAMPLE = "演示材料，不是真实文件"
GB1 = b"<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
METRICS = b"/Ascent 880/Descent -120/CapHeight 700/StemV 80"


def paper(title: str) -> bytes:
    """A PDF of one page that says what it stands for and that it is none; no font is in it."""
    lines = (title, SAMPLE)
    shown = " ".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -40 Td" for line in lines)
    stream = f"BT /F 20 Tf 80 740 Td {shown} ET".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo %b/FontDescriptor 7 0 R>>"
        % GB1,
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0%b>>"
        % METRICS,
    )
    return b"".join(_written(objects))


def _written(objects: tuple[bytes, ...]) -> Iterator[bytes]:
    """Objects, the table of where they begin, the trailer."""
    head, at, where = b"%PDF-1.4\n", 9, []
    yield head
    for number, each in enumerate(objects, 1):
        where.append(at)
        written = b"%d 0 obj\n%b\nendobj\n" % (number, each)
        at += len(written)
        yield written
    size = len(objects) + 1
    yield b"xref\n0 %d\n0000000000 65535 f \n" % size
    yield from (b"%010d 00000 n \n" % each for each in where)
    yield b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, at)
