"""Word, Excel and OpenDocument text: no macros, no programs, nothing fetched when opened."""

import re
from xml.etree import ElementTree

from concord.files.containers import Container, open_container
from concord.files.unfit import Unfit

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_ODT = b"application/vnd.oasis.opendocument.text"
_MACROS = re.compile(r"macroenabled|vbaproject|activex|ms-word\.keymap", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:")
_ON_THIS_COMPUTER = re.compile(r"file:///?[a-z]:|file:///?[a-z]%3a")
_TAGS = re.compile(rb"<[^>]*>")
NESTED = ("docx", "xlsx", "pptx")


def check_word(content: bytes) -> None:
    """Raises Unfit unless the content is a Word document without macros."""
    _check_package(open_container(content), _WORD, "Word", 0)


def check_excel(content: bytes) -> None:
    """Raises Unfit unless the content is an Excel workbook without macros."""
    _check_package(open_container(content), _EXCEL, "Excel", 0)


def check_open_text(content: bytes) -> None:
    """Raises Unfit unless the content is OpenDocument text without macros or a password."""
    container = open_container(content)
    if container.names[0] != "mimetype" or container.read("mimetype") != _ODT:
        raise _not_what_it_says("OpenDocument text")
    manifest = _xml(container, "META-INF/manifest.xml")
    if any(element.tag.endswith("}encryption-data") for element in manifest.iter()):
        raise Unfit("The document is locked.", "Save it without a password, and attach that.")
    if any(name.startswith(("Basic/", "Scripts/")) for name in container.names):
        raise _macros()
    _no_programs(container, 0)
    _xml(container, "content.xml")


def _check_package(container: Container, main: str, title: str, depth: int) -> None:
    types = [element.get("ContentType", "") for element in _xml(container, "[Content_Types].xml")]
    if any(_MACROS.search(each) for each in (*types, *container.names)):
        raise _macros()
    if main and main not in types:
        raise _not_what_it_says(title)
    for name in container.names:
        if name.endswith(".rels"):
            _nothing_fetched(_xml(container, name))
    for name in container.names:
        if name == "word/document.xml" and b"DDEAUTO" in _TAGS.sub(b"", container.read(name)):
            raise _fetches()
        if name.startswith("xl/externalLinks/") and b"ddeLink" in container.read(name):
            raise _fetches()
    _no_programs(container, depth)


def _nothing_fetched(relations: ElementTree.Element) -> None:
    """A link may lead elsewhere: a picture, template or object from elsewhere is fetched."""
    for relation in relations:
        if relation.get("TargetMode") != "External":
            continue
        if relation.get("Type", "").endswith("/hyperlink"):
            continue
        target = relation.get("Target", "").strip().lower()
        elsewhere = target.startswith(("\\\\", "//")) or _SCHEME.match(target)
        if elsewhere and not _ON_THIS_COMPUTER.match(target):
            raise _fetches()


def _no_programs(container: Container, depth: int) -> None:
    """Nothing inside is a program, an object that runs, or an archive of other files."""
    for name in container.names:
        begins = container.read(name, 8)
        if begins.startswith((b"MZ", b"\x7fELF", b"#!", b"\xd0\xcf\x11\xe0")):
            raise Unfit(
                "The document holds a program, or an object of another program.",
                "Save it as a PDF, and attach that.",
            )
        if begins.startswith(b"PK\x03\x04"):
            if depth or not name.lower().endswith(NESTED):
                raise Unfit(
                    "The document holds an archive of other files.",
                    "Attach those files one by one.",
                )
            _check_package(open_container(container.read(name)), "", "Office", depth + 1)


def _xml(container: Container, name: str) -> ElementTree.Element:
    if name not in container.names:
        raise _not_what_it_says("document")
    content = container.read(name)
    # a document type is never needed here, and is how entities grow without end
    if b"<!DOCTYPE" in content.replace(b"\0", b""):
        raise _not_what_it_says("document")
    try:
        return ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise _not_what_it_says("document") from error


def _not_what_it_says(title: str) -> Unfit:
    return Unfit(
        f"The content is not the {title} that its name says.",
        "Open it, save it again or as a PDF, and attach that.",
    )


def _macros() -> Unfit:
    return Unfit("The document holds macros.", "Save it without macros, and attach that.")


def _fetches() -> Unfit:
    return Unfit(
        "The document fetches something from elsewhere when it is opened.",
        "Save it as a PDF, and attach that.",
    )
