"""What no template may hold: what is fetched, run, hidden or put in by somebody else."""

import re
from collections.abc import Iterator
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml.ns import qn

CHANGES = tuple(qn(f"w:{name}") for name in ("ins", "del", "moveFrom", "moveTo"))
FIELDS = frozenset({
    "PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "DATE", "TIME", "TOC", "REF", "PAGEREF", "SEQ",
    "STYLEREF", "HYPERLINK", "NOTEREF", "FORMTEXT", "FORMCHECKBOX", "FORMDROPDOWN", "TC", "=",
})  # fmt: skip
"""Word's own fields that only count, date or lead somewhere."""
LEADS = ("http://", "https://", "mailto:")
_COMMENT = b"<w:comment "


def dangers(word: WordDocument) -> Iterator[str]:
    """What must be taken out before a document can be a template, in plain words."""
    package = word.part.package
    for part in package.iter_parts():
        if "/embeddings/" in part.partname or "oleObject" in part.content_type:
            yield "It holds another file or an object of another program. Take it out."
        if part.partname.startswith("/word/comments") and _COMMENT in part.blob:
            yield (
                "It holds comments, which would go out with every form. In Word: Review, Delete, "
                "Delete All Comments."
            )
        for relation in part.rels.values():
            if relation.is_external and relation.reltype.endswith("/hyperlink"):
                target = relation.target_ref.strip()
                if not target.lower().startswith(LEADS):
                    yield f"A link leads to “{target[:60]}”. Lead to a web or e-mail address only."
    for part in package.iter_parts():
        root = getattr(part, "element", None)
        if root is not None and part.partname.startswith("/word/"):
            yield from _of_part(root)


def _of_part(root: Any) -> Iterator[str]:
    if next(root.iter(*CHANGES), None) is not None:
        yield (
            "It holds tracked changes. In Word: Review, Accept All Changes and Stop Tracking; then "
            "save it."
        )
    if next(root.iter(qn("w:altChunk"), qn("w:object"), qn("w:control")), None) is not None:
        yield "It holds another file or an object of another program. Take it out."
    if next(root.iter(qn("w:dataBinding")), None) is not None:
        yield (
            "It holds a content control that Word fills by itself, such as a cover page's title. "
            "Remove the control, and type the words."
        )
    for name in sorted(_fields(root) - FIELDS):
        yield (
            f"It holds Word's field {name}, which takes words from elsewhere or runs something. "
            "Take it out; for a case's own words use a placeholder."
        )


def _fields(root: Any) -> set[str]:
    """The names of Word's own fields. A code can be cut into pieces: each is read whole."""
    codes = [each.get(qn("w:instr"), "") for each in root.iter(qn("w:fldSimple"))]
    for paragraph in root.iter(qn("w:p")):
        said = ""
        for element in paragraph.iter(qn("w:fldChar"), qn("w:instrText")):
            if element.tag == qn("w:instrText"):
                said += element.text or ""
            elif element.get(qn("w:fldCharType")) in ("begin", "separate", "end"):
                codes.append(said)
                said = ""
        codes.append(said)
    names = (re.match(r"\s*([A-Za-z]+|=)", code) for code in codes)
    return {name[1].upper() for name in names if name}
