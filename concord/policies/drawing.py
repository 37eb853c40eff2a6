"""The flow chart of a policy as an SVG: fit to print on a wall, and to be read aloud.

Lanes for the two sides and the partnership; a band for each stage; time limits on the arrows.
Told apart in grey print too: nothing is said by colour alone.
"""

from dataclasses import dataclass
from textwrap import wrap
from xml.sax.saxutils import escape

from concord.policies.library import Loaded
from concord.policies.schema import PolicyFile, StagePart
from concord.rules.words import TIER_RANK, Power

WIDTH, MARGIN, LANE = 1080, 30, 330
LINE, PAD = 21, 14
LANES = ("Raising agency", "Responding agency", "The partnership")
INK, PAPER, SHADE, HERE = "#0b0c0c", "#ffffff", "#f3f2f1", "#ffdd00"


@dataclass(frozen=True, slots=True)
class Box:
    """A box with lines of text, in one lane or across several."""

    lane: int
    span: int
    lines: tuple[str, ...]
    heading: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        """The height that its text needs."""
        return 2 * PAD + LINE * (len(self.heading) + len(self.lines))


def draw(loaded: Loaded, here: str = "") -> str:
    """The chart as SVG text. `here` marks the stage that a case stands at."""
    file = loaded.file
    parts: list[str] = []
    y = 120
    parts += _lanes()
    for index, stage in enumerate(file.stages):
        boxes = _boxes(stage, file)
        height = max(box.height for box in boxes) + 46
        parts.append(_band(stage, y, height, stage.id == here))
        parts += [_box(box, y + 36) for box in boxes]
        y += height
        if index + 1 < len(file.stages):
            parts.append(_arrow(y, _limit_words(stage, file) or "no fixed time"))
            y += 62
    y += 20
    for line in wrap(_foot(file), 118):
        parts.append(_text(MARGIN, y, line))
        y += LINE
    described = _describe(file, here)
    title = f"{file.title}: {file.partnership}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 20}" '
        'role="img" aria-labelledby="chart-title chart-description" '
        'font-family="Arial, Helvetica, sans-serif" font-size="16">\n'
        f'<title id="chart-title">{escape(title)}</title>\n'
        f'<desc id="chart-description">{escape(described)}</desc>\n'
        f'<rect width="{WIDTH}" height="{y + 20}" fill="{PAPER}"/>\n'
        + _text(MARGIN, 34, file.title, size=22, bold=True)
        + _text(MARGIN, 58, file.partnership, bold=True)
        + _text(MARGIN, 80, f"Version {file.version}. Act sooner where the child needs it.")
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _lanes() -> list[str]:
    found = []
    for index, name in enumerate(LANES):
        x = MARGIN + index * (LANE + 15)
        found.append(_text(x + LANE / 2, 110, name, bold=True, middle=True))
    return found


def _band(stage: StagePart, y: int, height: int, here: bool) -> str:
    counted = stage.number.isdecimal() and stage.number not in stage.title.split(",")[0].split()
    name = f"{stage.number}. {stage.title}" if counted else stage.title
    mark = " (the case is here)" if here else ""
    fill = HERE if here else SHADE
    return (
        f'<rect x="{MARGIN - 10}" y="{y}" width="{WIDTH - 2 * MARGIN + 20}" height="{height}" '
        f'fill="{fill}" stroke="{INK}" stroke-width="{3 if here else 1}"/>'
        + _text(MARGIN, y + 24, f"{name}{mark}", bold=True)
    )


def _box(box: Box, y: int) -> str:
    x = MARGIN + box.lane * (LANE + 15)
    width = box.span * LANE + (box.span - 1) * 15
    found = [
        f'<rect x="{x}" y="{y}" width="{width}" height="{box.height}" rx="6" '
        f'fill="{PAPER}" stroke="{INK}"/>'
    ]
    line = y + PAD + 14
    for bold, texts in ((True, box.heading), (False, box.lines)):
        for text in texts:
            found.append(_text(x + 12, line, text, bold=bold))
            line += LINE
    return "".join(found)


def _arrow(y: int, words: str) -> str:
    x = WIDTH / 2
    return (
        f'<line x1="{x}" y1="{y}" x2="{x}" y2="{y + 50}" stroke="{INK}" stroke-width="3"/>'
        f'<polygon points="{x - 9},{y + 48} {x + 9},{y + 48} {x},{y + 62}" fill="{INK}"/>'
        + _text(x + 20, y + 36, f"Not resolved: {words}")
    )


def _text(
    x: float, y: float, text: str, size: int = 16, bold: bool = False, middle: bool = False
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    anchor = ' text-anchor="middle"' if middle else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{INK}"{weight}{anchor}>'
        f"{escape(text)}</text>"
    )


def _boxes(stage: StagePart, file: PolicyFile) -> list[Box]:
    says = tuple(wrap(stage.says, 36))
    if stage.powers:
        powers = [
            f"{_name(role, file)}: {_power(each.power)}"
            for each in stage.powers
            for role in each.who
        ]
        both = tuple(wrap(stage.says, 76))
        return [Box(0, 2, both, ("Both sides",)), Box(2, 1, tuple(_fold(powers)), ("Who ends it",))]
    title = _tier(stage.acts, file)
    heading = tuple(wrap(title, 32))
    others = [_name(office, file) for office in stage.offices]
    found = [
        Box(0, 1, says, heading),
        Box(1, 1, ("The opposite number.", *_fold([title])), ("Answers",)),
    ]
    duties = [each for each in stage.duties if _told(each.done[0].to)]
    told = [
        f"{_names(each.done[0].to, file)} told" + (" (where it applies)" if each.when else "")
        for each in duties
    ]
    if others or told:
        found.append(Box(2, 1, tuple(_fold([*others, *told])), ("Brought in",)))
    return found


def _told(texts: list[str]) -> bool:
    return any(part not in TIER_RANK for text in texts for part in text.split("@")[0].split("|"))


def _names(texts: list[str], file: PolicyFile) -> str:
    roles = [role for text in texts for role in text.split("@")[0].split("|")]
    return ", ".join(_name(role, file) for role in roles if role not in TIER_RANK)


def _fold(texts: list[str]) -> list[str]:
    return [line for text in dict.fromkeys(texts) for line in wrap(text, 36)]


def _power(power: Power) -> str:
    return {
        Power.DECIDE: "decides",
        Power.RECOMMEND: "recommends",
        Power.MEDIATE: "mediates",
        Power.AGREE_JOINTLY: "the sides agree",
    }[power]


def _name(role: str, file: PolicyFile) -> str:
    titles = {office.id: office.title for office in file.offices}
    return titles.get(role, role.replace("_", " ").capitalize())


def _tier(role: str, file: PolicyFile) -> str:
    titles = file.tiers.model_dump() if file.tiers else {}
    names = titles.get(role)
    return ", ".join(names) if isinstance(names, list) and names else _name(role, file)


def _limit_words(stage: StagePart, file: PolicyFile) -> str:
    words = []
    for limit in filter(None, [stage.limit, *stage.limits]):
        when = " (child protection)" if limit.when and limit.when.child_protection else ""
        words.append((limit.within or f"by working day {limit.by_day}") + when)
    words += [
        f"{limit.within} for {len(limit.stages)} stages together"
        for limit in file.limits
        if stage.id in limit.stages
    ]
    return ", ".join(dict.fromkeys(words))


def _describe(file: PolicyFile, here: str) -> str:
    sentences = []
    for index, stage in enumerate(file.stages, start=1):
        limit = _limit_words(stage, file)
        sentences.append(
            f"Step {index} of {len(file.stages)}: {stage.title}. {stage.says}"
            + (f" Time: {limit}." if limit else " No time is given.")
            + (" The case is here." if stage.id == here else "")
        )
    return " ".join(sentences)


def _foot(file: PolicyFile) -> str:
    last = _limit_words(file.stages[-1], file)
    ends = f"Time for the last stage: {last}. " if last else ""
    return (
        f"{ends}A child at immediate risk: act at once, by the policy's urgent duty, before "
        f"anything else. Source: {file.source}."
    )
