"""Files as people send them, and as somebody hostile would: small, invented, made here."""

import struct
import zipfile
import zlib
from io import BytesIO

import docx
import openpyxl
import typst

REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def a_pdf(words: str = "A report.", extra: bytes = b"") -> bytes:
    """A PDF, with more objects before its end where asked."""
    made = typst.compile(words.encode())
    assert isinstance(made, bytes)
    return made.replace(b"%%EOF", extra + b"\n%%EOF") if extra else made


def packed_pdf(inside: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    """A PDF with a stream of objects that says something."""
    packed = zlib.compress(inside)
    head = b"9 0 obj\n<< /Type /Obj#53tm /N 1 /First 4 /Filter " + filters + b" >>\nstream\n"
    return a_pdf(extra=head + packed + b"\nendstream\nendobj")


def a_word_document(words: str = "A report.") -> bytes:
    """A Word document."""
    made = docx.Document()
    made.add_paragraph(words)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def a_workbook() -> bytes:
    """An Excel workbook."""
    out = BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def an_open_text(**more: bytes) -> bytes:
    """OpenDocument text."""
    parts = {
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": b'<m:manifest xmlns:m="urn:oasis"/>',
        "content.xml": b"<text/>",
    }
    return archive(parts | more)


def a_png(width: int = 1, height: int = 1) -> bytes:
    """A PNG picture, grey."""
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(min(height, 50))))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", rows),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def a_jpeg(width: int = 1, height: int = 1) -> bytes:
    """A JPEG picture's structure."""
    frame = struct.pack(">HHBHHB", 0xFFC0, 11, 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x7f"
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0" + frame + scan + b"\xff\xd9"


def archive(parts: dict[str, bytes]) -> bytes:
    """An archive of these parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def with_parts(content: bytes, **more: bytes) -> bytes:
    """An office document with parts replaced or added; names are spelt with "__" for "/"."""
    with zipfile.ZipFile(BytesIO(content)) as read:
        parts = {name: read.read(name) for name in read.namelist()}
    return archive(parts | {name.replace("__", "/"): each for name, each in more.items()})


def part(content: bytes, name: str) -> bytes:
    """One part of an office document."""
    with zipfile.ZipFile(BytesIO(content)) as read:
        return read.read(name)


def fetching(kind: str, target: str) -> bytes:
    """A Word document with a relation to something elsewhere."""
    document = a_word_document()
    more = f'<Relationship Id="x" Type="{REL}/{kind}" Target="{target}" TargetMode="External"/>'
    relations = part(document, "word/_rels/document.xml.rels")
    relations = relations.replace(b"</Relationships>", more.encode() + b"</Relationships>")
    return with_parts(document, **{"word___rels__document.xml.rels": relations})


def locked(content: bytes) -> bytes:
    """An archive that says that its parts need a password."""
    changed = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = changed.find(mark)
        while start >= 0:
            changed[start + place] |= 1
            start = changed.find(mark, start + 1)
    return bytes(changed)


def lying_about_its_size(name: str) -> bytes:
    """An archive one part of which unpacks to more than its lists say."""
    bomb = archive({name: b"\0" * 50_000_000})
    size = struct.pack("<I", 50_000_000)
    return bomb.replace(size, struct.pack("<I", 1000))
