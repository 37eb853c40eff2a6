"""Odd words, as people really type and paste them; and how a person fills in a form."""

from random import Random

from tests.kept.browsing import FormOnPage

PIECES = (
    "Bruises seen twice.", "“Not met”, said the worker’s manager", 'He said "no"', "it's", "&amp; &",
    "<b>not bold</b>", "</textarea>", "Zoë Łukasz Ñandú", "محمد", "李小龍", "नमस्ते", "👩‍👧‍👦", "🇬🇧", "e\u0301",
    "\u200bzero\u200b", "\u00a0hard\u00a0space", "50% + 20 = £70", "a;b=c&d", "{{ braces }}", "\\n",
    "%0A%00", "\ttab", "…", "\ufeff", "\u2028line", "C:\\files", "--", "/* */", "null", "0",
)  # fmt: skip
BREAKS = ("\n", "\n\n", " ", "  ", "\n- ")
EDGES = ("", "", " ", "\n", "\n\n  ", "\t")
LONG = 10_000


def odd_words(random: Random, *, several_lines: bool) -> str:
    """Something odd; one text in ten has ten thousand characters, edges not counted."""
    if not several_lines:
        return random.choice(("", " ")) + " ".join(random.sample(PIECES[:20], 2)).replace("\n", " ")
    pieces = [random.choice(PIECES) for _ in range(random.randint(1, 6))]
    text = "".join(piece + random.choice(BREAKS) for piece in pieces).strip() or "x"
    if random.random() < 0.1:
        text = (text * (LONG // len(text) + 1))[: LONG - 1].rstrip() + "."
    return random.choice(EDGES) + text + random.choice(EDGES)


PARTS = {"day": "27", "month": "3", "year": "2045"}
"""A day to come."""
PAST = ("day_", "clock", "born_")
"""The fields of when something happened: may be left empty."""


def fill(form: FormOnPage, random: Random, days: bool = True) -> dict[str, str]:
    """Fill in all of a form with odd words; what was typed, by field.

    `days`: also when it happened, in the future: what is so filled in is not taken.
    """
    for each in form.fields.values():
        end = each.name.rpartition("_")[2]
        happened = each.name.startswith(PAST)
        match each.kind:
            case "text" if happened and not days:
                each.values = [""]
            case "text" if end in PARTS:
                each.values = [PARTS[end]]
            case "text" if each.name.startswith(("clock", "start", "time")):
                each.values = ["10:30"]
            case "text" if each.name == "email":
                each.values = [f"robin.{random.randrange(10**6)}@orchard.example.org"]
            case "text":
                each.values = [odd_words(random, several_lines=False)]
            case "words":
                each.values = [odd_words(random, several_lines=True)]
            case "radio" if each.options:
                each.values = [each.options[0]]
            case "checkbox" if each.options:
                each.values = random.sample(each.options, 1)
            case "select" if len(each.options) > 1:
                each.values = [each.options[-1]]
    return form.typed()
