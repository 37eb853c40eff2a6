"""Requests as nobody's browser sends them: each kind takes one that is in order, and spoils it.

Every kind is given its chance, so that a request can be made again from the seed and its number.
"""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

Fields = list[tuple[str, str]]
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One request, as it reaches the service: not yet decoded by anybody."""

    method: str
    path: str
    query: str = ""
    fields: Fields | None = None
    """What is sent as a form; None where there is a body of another kind, or none."""
    body: bytes = b""
    content_type: str = ""
    length: str | None = None
    """Of the body, where it is not its true one."""
    headers: dict[str, str] = field(default_factory=dict)
    cookies: str | None = None
    """In place of the person's own."""


@dataclass(frozen=True, slots=True)
class Stolen:
    """What belongs to others: parts of addresses, and values that forms carry."""

    references: Sequence[str]
    tokens: Sequence[str]
    numbers: Sequence[int]
    fields: Sequence[tuple[str, str]]
    """Hidden fields of other people's pages: marks, keys, numbers of drafts."""


Trick = Callable[[random.Random, Hostile, Stolen], Hostile]

METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "HEAD", "POST", "GET",
           "PROPFIND", "get", "BREW", "X" * 3000, "P\u00d6ST", "GET\x00")  # fmt: skip
NUMBERS = ("0", "-1", "1e999", "NaN", "9" * 25, "9223372036854775808", "٣", "²", "1.5", "0x1f",
           "1_000", " 1 ", "+1", "true", "null", "", "1;2", "1,2", "١٢٣")  # fmt: skip
TEXTS = ("\x00", "a\x00b", "\ud800", "\udfff", "\u202e", "\ufeff", "\u2028", "\r\nSet-Cookie: a=b",
         "{{7*7}}", "{% raw %}", "${7*7}", "<script>alert(1)</script>", "' OR 1=1 --", "\"><svg>",
         "../../../../etc/passwd", "=cmd|' /C calc'!A0", "%s%s%n", "%00", "\x1b[2J", "\x7f\x08",
         "👩‍👧‍👦" * 50, "e" + "\u0301" * 500, "٣/٤/٢٠٢٦", "javascript:alert(1)")  # fmt: skip
DAYS = ("31", "0", "-1", "99", "2", "²", "x", "")
YEARS = ("0", "0000", "9999", "10000", "99999999999", "-1", "26", "٢٠٢٦", "")
TYPES = ("application/json", "text/xml", "application/xml", "multipart/form-data", "text/plain",
         "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "b" * 300,
         f"{FORM}; charset=utf-7", f"{FORM}; charset=no-such", f"{FORM}; charset=utf-16",
         f"{FORM}; charset=\u00e9", "*/*", "", "a/b/c", "text/html; charset=\x00")  # fmt: skip
XML = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


def as_it_is(chance: random.Random, asked: Hostile, stolen: Stolen) -> Hostile:
    """Nothing is spoilt: somebody asks for what may not be theirs."""
    return asked


def odd_method(chance: random.Random, asked: Hostile, stolen: Stolen) -> Hostile:
    """Another method than any page takes."""
    return replace(asked, method=chance.choice(METHODS))


def odd_body(chance: random.Random, asked: Hostile, stolen: Stolen) -> Hostile:
    """A body that is no form, or says that it is something else."""
    body = chance.choice((
        chance.randbytes(chance.randrange(2000)), b"", XML, b"%" * 500, b"&" * 3000, b"=" * 500,
        b"a=%ff%fe&b=%c0%80&c=%ed%a0%80", b"a" * 200_000, json.dumps({"a": [{}] * 50}).encode(),
        b"[" * 5000, b"\x1f\x8b\x08" + chance.randbytes(300),
        urlencode(asked.fields or []).encode(),
    ))  # fmt: skip
    kind = chance.choice((FORM, *TYPES))
    length = chance.choice((None, None, None, "0", "-1", "99999", "x", "1e3", "", "²"))
    return replace(asked, method="POST", fields=None, body=body, content_type=kind, length=length)


def broken_multipart(chance: random.Random, asked: Hostile, stolen: Stolen) -> Hostile:
    """A form of several parts, cut, nested, without names, or with names of files that lead out."""
    line = chance.choice(("b", "-" * 60, "b b", "\u00fc", "b" * 70))
    file = chance.choice((
        "a.pdf", "../../etc/passwd", "a\x00.pdf", "C:\\a.exe", "a" * 5000, "", ".", "..", '"',
        "a.pdf%00.exe", "con", "\u202efdp.exe", "a\r\nX: y", "/dev/null",
    ))  # fmt: skip
    names = [name for name, _ in asked.fields or ()] + ["files", "file", "csrfmiddlewaretoken"]
    parts: list[str] = []
    for name in chance.sample(names, min(len(names), 4)):
        head = chance.choice((
            f'Content-Disposition: form-data; name="{name}"',
            f'Content-Disposition: form-data; name="{name}"; filename="{file}"',
            f"Content-Disposition: form-data; name*=utf-8''{quote(name)}; filename*=x'y'z",
            'Content-Disposition: form-data; filename="a.txt"', "Content-Disposition: form-data",
            f'Content-Disposition: form-data; name="{name}"\r\nContent-Transfer-Encoding: base64',
            f'Content-Disposition: form-data; name="{name}"\r\nContent-Type: multipart/mixed; '
            "boundary=c", "X: y", "", "X" * 20_000,
        ))  # fmt: skip
        value = chance.choice(("1", "\x00", "not base64 !", "--c--", "v" * 5000, "%PDF-1.7", "PK"))
        parts.append(f"--{line}\r\n{head}\r\n\r\n{value}\r\n")
    body = "".join(parts) + chance.choice((f"--{line}--\r\n", f"--{line}", "", "--", "\r\n" * 50))
    cut = chance.choice((len(body), len(body), chance.randrange(len(body) + 1)))
    return replace(
        asked, method="POST", fields=None, body=body.encode("utf-8", "surrogateescape")[:cut],
        content_type=f"multipart/form-data; boundary={chance.choice((line, line, line, 'other'))}",
    )  # fmt: skip


def odd_values(chance: random.Random, asked: Hostile, stolen: Stolen) -> Hostile:
    """The page's own form, with values that no field of it offers or takes."""
    fields = list(asked.fields or [("name", "x"), ("day", "1"), ("reference", "x")])
    for place in chance.sample(range(len(fields)), chance.randint(1, min(4, len(fields)))):
        name, value = fields[place]
        if name.endswith(("_day", "_month")):
            value = chance.choice(DAYS)
        elif name.endswith("_year"):
            value = chance.choice(YEARS)
        else:
            value = chance.choice((*TEXTS, *NUMBERS, "x" * 100_000, value + "\x00", value * 3))
        fields[place] = (name, value)
    match chance.randrange(6):
        case 0:
            fields += fields[:3]
        case 1:
            fields.pop(chance.randrange(len(fields)))
        case 2:
            fields = [(f"{name}[]", value) for name, value in fields]
        case 3:
            fields += [(f"is_administrator{n}", "1") for n in range(chance.choice((1, 50, 1500)))]
        case _:
            chance.shuffle(fields)
    return replace(asked, method="POST", fields=fields)


def odd_path(chance: random.Random, asked: Hostile, stolen: Stolen) -> Hostile:
    """An address that is nearly another's: up a folder, doubled, ended, in other letters."""
    parts = asked.path.split("/")
    place = chance.randrange(1, len(parts))
    spoilt = chance.choice((
        "..", "%2e%2e", ".", "", "%00", "%", "%zz", "%ff%fe", "\xc0\xaf", ";a=b", "*", "~", "\\",
        parts[place].upper(), parts[place] + "/", parts[place] + "%20", parts[place] + "%0d%0aX:y",
        "a" * 5000, quote("٣"), quote("\u2028"), "-" * 300, *NUMBERS[:8],
    ))  # fmt: skip
    path = "/".join([*parts[:place], spoilt, *parts[place + 1 :]])
    if chance.random() < 0.2:
        path = chance.choice(("/static/..", "//other.example", "/./", "")) + path
    return replace(asked, path=path or "/")


def odd_query(chance: random.Random, asked: Hostile, stolen: Stolen) -> Hostile:
    """What pages read from a query, as no link of theirs says it."""
    names = ("page", "show", "kept", "next", "lists", "ended", "as", "day_day", "clock", "again")
    values = (*NUMBERS, *TEXTS, "//other.example", "https:other.example", *stolen.tokens)
    pairs = [(chance.choice(names), chance.choice(values)) for _ in range(chance.randint(1, 5))]
    query = urlencode(pairs, errors="surrogatepass")
    return replace(
        asked,
        query=chance.choice((query, query + "&" * 500, "page=" + "9" * 9000, "%" * 50, "\xff")),
    )


def odd_headers(chance: random.Random, asked: Hostile, stolen: Stolen) -> Hostile:
    """What a request says of itself, its origin and its way here."""
    offered = {
        "HTTP_HOST": ("other.example", "127.0.0.1:99999", "[::1", "a b", "127.0.0.1\x00", ""),
        "HTTP_X_FORWARDED_HOST": ("other.example",),
        "HTTP_X_FORWARDED_PROTO": ("https", "javascript"),
        "HTTP_X_FORWARDED_FOR": ("127.0.0.1, 192.0.2.1", "x" * 3000, "' OR 1=1"),
        "HTTP_X_ORIGINAL_URL": ("/integrity", "/work"),
        "HTTP_X_REWRITE_URL": ("/partnerships/sandwell",),
        "HTTP_X_HTTP_METHOD_OVERRIDE": ("DELETE", "PUT"),
        "HTTP_REFERER": ("https://other.example/", "\x00", "x" * 9000),
        "HTTP_ORIGIN": ("null", "https://other.example"),
        "HTTP_RANGE": ("bytes=0-0", "bytes=-999999999999", "bytes=9-1,2-3"),
        "HTTP_IF_NONE_MATCH": ("*", '"x"'),
        "HTTP_IF_MODIFIED_SINCE": ("x", "Sun, 99 Foo 9999 99:99:99 GMT"),
        "HTTP_ACCEPT_LANGUAGE": ("x" * 5000, "*;q=9", "\x00"),
        "HTTP_ACCEPT": ("application/json", "*/*;q=x"),
        "HTTP_AUTHORIZATION": ("Basic YWRtaW46YWRtaW4=", "Bearer x"),
        "HTTP_CONTENT_ENCODING": ("gzip", "br"),
        "HTTP_TRANSFER_ENCODING": ("chunked", "identity, chunked"),
        "HTTP_EXPECT": ("100-continue", "x"),
        "HTTP_SEC_FETCH_MODE": ("navigate", "x"),
        "REMOTE_ADDR": ("", "x" * 300, "::1", "999.1.1.1"),
        "REMOTE_USER": ("1", "root"),
    }
    chosen = chance.sample(sorted(offered), chance.randint(1, 4))
    headers = {name: chance.choice(offered[name]) for name in chosen}
    return replace(asked, headers={**asked.headers, **headers})


def odd_cookies(chance: random.Random, asked: Hostile, stolen: Stolen) -> Hostile:
    """A session that nobody was given."""
    value = chance.choice(
        (*NUMBERS, "../" * 20, "a" * 32, "x" * 4000, "\x00", "\xff", '"', *TEXTS[:8])
    )
    cookie = chance.choice((
        f"sessionid={value}", f"csrftoken={value}", f"sessionid={value}; sessionid=b",
        f"__Host-session={value}", "=" * 50, ";" * 500, f"$Version=1; sessionid={value}", value,
    ))  # fmt: skip
    return replace(asked, cookies=cookie)


def others(chance: random.Random, asked: Hostile, stolen: Stolen) -> Hostile:
    """What belongs to somebody else: in the address, or in the fields of the form."""
    parts = asked.path.split("/")
    for place, part in enumerate(parts):
        if part in stolen.references:
            parts[place] = chance.choice(stolen.references)
        elif part in stolen.tokens:
            parts[place] = chance.choice(stolen.tokens)
        elif part.isdecimal():
            parts[place] = str(chance.choice((*stolen.numbers, chance.randrange(1, 400))))
    fields = None
    if asked.fields is not None:
        theirs = dict(chance.sample(stolen.fields, min(len(stolen.fields), 8)))
        fields = [(name, theirs.get(name, value)) for name, value in asked.fields]
        fields += [pair for pair in theirs.items() if chance.random() < 0.3]
        fields = [
            (name, str(chance.choice(stolen.numbers)) if value.isdecimal() and chance.random() < 0.3
             else value)
            for name, value in fields
        ]  # fmt: skip
    return replace(asked, path="/".join(parts), fields=fields)


TRICKS: tuple[Trick, ...] = (
    as_it_is, odd_method, odd_body, broken_multipart, odd_values, odd_values, odd_path, odd_query,
    odd_headers, odd_cookies, others, others,
)  # fmt: skip
