"""Who took part in a case, and the agencies in it."""

from concord.documents.known.found import NOTHING, Filling, Found, sentence
from concord.rules.forms import FormField
from concord.rules.record_words import seat_of
from concord.rules.who import Who


def raiser_name(it: Filling, field: FormField) -> Found:
    record = it.state.records[0]
    name = record.text.get("on_behalf") or record.text.get("by_name", "")
    person = it.names.person(record.text.get("user", ""))
    name = name or (person.name if person else "")
    return Found((name,), (1,)) if name else NOTHING


def raiser_email(it: Filling, field: FormField) -> Found:
    person = it.names.person(it.state.records[0].text.get("user", ""))
    return Found((person.email,), (1,)) if person and person.email else NOTHING


def raiser_role(it: Filling, field: FormField) -> Found:
    record = it.state.records[0]
    person = it.names.person(record.text.get("user", ""))
    post = record.text.get("post", "") or (person.job if person else "")
    return Found((post or sentence(it.names.seats.role(record.by)),), (1,))


def raiser_agency(it: Filling, field: FormField) -> Found:
    slug = it.state.parties.raising
    return Found((it.names.seats.agencies.get(slug, slug),), (1,))


def agencies(it: Filling, field: FormField) -> Found:
    names = it.names.seats
    lines = tuple(
        f"{names.agencies.get(agency, agency)}, {names.side(side)}"
        for side, agency in it.state.parties.sides
    )
    return Found(lines, (1,))


def others(it: Filling, field: FormField) -> Found:
    """Everybody who took part or was told, but who raised it: by name where it is known."""
    first = it.state.records[0]
    named: dict[str, tuple[str, int]] = {}
    seats: dict[Who, int] = {}
    for record in it.state.records:
        person = record.text.get("by_name", "")
        if person and person != first.text.get("by_name", ""):
            named.setdefault(f"{person}, {seat_of(record, it.names.seats)}", (person, record.n))
        for who in (*record.people, *record.to):
            if who != first.by:
                seats.setdefault(who, record.n)
    challenged = first.text.get("challenged_person", "")
    lines = {line: n for line, (_, n) in named.items()}
    if challenged and challenged not in {person for person, _ in named.values()}:
        agency = it.state.parties.responding[0]
        lines[f"{challenged}, {it.names.seats.agencies.get(agency, agency)}"] = 1
    spoken = {it.names.seats.seat(r.by) for r in it.state.records if r.text.get("by_name")}
    for who, n in seats.items():
        if it.names.seats.seat(who) not in spoken:
            lines.setdefault(it.names.holding(who), n)
    return Found(tuple(lines), tuple(sorted(set(lines.values()))))
