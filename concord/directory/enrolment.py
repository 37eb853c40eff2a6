"""Enrols the agencies and people of a roll: all or nothing, and again changes nothing.

Nobody is removed: who leaves is given an `until`.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from concord.directory.models import Adoption, Agency, Membership, Partnership, Post, User
from concord.directory.roll import AgencyRow, Known, PersonRow, Roll


def known_agencies(partnership: Partnership | None) -> tuple[Known, ...]:
    """Every agency in the directory, and whether it is in this partnership."""
    members = set(
        Membership.objects.filter(partnership=partnership).values_list("agency_id", flat=True)
        if partnership
        else ()
    )
    return tuple(
        Known(agency.slug, agency.name, tuple(agency.missing_tiers), agency.pk in members)
        for agency in Agency.objects.all()
    )


def enrol(partnership: Partnership, roll: Roll, policy_version: str) -> tuple[str, ...]:
    """Bring the directory to what a roll says, in one transaction.

    Returns what changed, a plain sentence each; nothing when all was so already.
    `policy_version` is the version that an agency's own adoption is of (LI-18).
    """
    changes: list[str] = []
    with transaction.atomic():
        for agency in roll.agencies:
            changes += _agency(partnership, agency, policy_version)
        homes = {agency.slug: agency for agency in Agency.objects.filter(partnerships=partnership)}
        people: dict[str, list[PersonRow]] = {}
        for row in roll.people:
            people.setdefault(row.email, []).append(row)
        for email, rows in people.items():
            changes += _person(partnership, email, rows, homes)
    return tuple(changes)


def _bring(thing: Any, wanted: Mapping[str, object]) -> list[str]:
    """Set what differs, and return the names of it."""
    differing = [name for name, value in wanted.items() if getattr(thing, name) != value]
    for name in differing:
        setattr(thing, name, wanted[name])
    if differing:
        thing.save(update_fields=differing)
    return [name.replace("_", " ") for name in differing]


def _agency(partnership: Partnership, row: AgencyRow, policy_version: str) -> Iterable[str]:
    wanted = {
        "name": row.name,
        "kind": row.kind,
        "titles": row.titles,
        "missing_tiers": list(row.missing_tiers),
    }
    part = {"executive_member": row.executive_member, "key_partner": row.key_partner}
    agency, is_new = Agency.objects.get_or_create(slug=row.slug, defaults=wanted)
    changed = [] if is_new else _bring(agency, wanted)
    membership, has_joined = Membership.objects.get_or_create(
        agency=agency, partnership=partnership, defaults=part
    )
    changed += [] if has_joined else _bring(membership, part)
    if is_new:
        yield f"Added the agency {row.name}."
    elif has_joined:
        yield f"{row.name} joined this partnership too."
    if changed:
        yield f"Changed {row.name}: {', '.join(changed)}."
    if row.adopted is not None and row.review_due is not None:
        adoption, is_adopted = Adoption.objects.get_or_create(
            agency=agency,
            partnership=partnership,
            policy_id=partnership.policy_id,
            approved=row.adopted,
            defaults={"policy_version": policy_version, "review_due": row.review_due},
        )
        if is_adopted or _bring(adoption, {"review_due": row.review_due}):
            yield f"{row.name} adopted the policy on {row.adopted}, review due {row.review_due}."


def _person(
    partnership: Partnership, email: str, rows: list[PersonRow], homes: Mapping[str, Agency]
) -> Iterable[str]:
    name, telephone = rows[0].name, next((r.telephone for r in rows if r.telephone), "")
    user = User.objects.filter(email=email).first()
    if user is None:
        job = _title(rows[0], homes.get(rows[0].agency))
        user = User.objects.create_user(email, name, telephone=telephone, job_title=job)
        yield f"Added {name} ({email})."
    elif changed := _bring(user, {"name": name, "telephone": telephone or user.telephone}):
        yield f"Changed {name} ({email}): {', '.join(changed)}."
    unmatched = list(Post.objects.filter(user=user, partnership=partnership))
    for row, post in _matched(rows, unmatched, homes):
        home = homes.get(row.agency)
        title = _title(row, home)
        wanted = {
            "title": title,
            "since": row.since,
            "until": row.until,
            "deputy": row.deputy,
        }
        what = f"{title}, {home or partnership}"
        if post is None:
            Post.objects.create(
                partnership=partnership, agency=home, role=row.role, user=user, **wanted
            )
            yield f"{name} holds the post: {what}."
        elif changed := _bring(post, wanted):
            yield f"Changed {name} as {what}: {', '.join(changed)}."


def _title(row: PersonRow, home: Agency | None) -> str:
    """The post's own title, or what the agency calls such a post."""
    return row.title or (home.title(row.role) if home else row.role.replace("_", " "))


def _matched(
    rows: Iterable[PersonRow], posts: list[Post], homes: Mapping[str, Agency]
) -> Iterable[tuple[PersonRow, Post | None]]:
    """Each row with the post that it is about: the same since, or else one of the same time.

    So a corrected date changes the post, and coming back after having left is a new one.
    """
    later: list[PersonRow] = []
    for row in rows:
        found = next((p for p in posts if _same_seat(row, p, homes) and p.since == row.since), None)
        if found is None:
            later.append(row)
            continue
        posts.remove(found)
        yield row, found
    for row in later:
        found = next((p for p in posts if _same_seat(row, p, homes) and _overlap(row, p)), None)
        if found is not None:
            posts.remove(found)
        yield row, found


def _same_seat(row: PersonRow, post: Post, homes: Mapping[str, Agency]) -> bool:
    home = homes.get(row.agency)
    return post.role == row.role and post.agency_id == (home.pk if home else None)


def _overlap(row: PersonRow, post: Post) -> bool:
    never = date.max
    return row.since <= (post.until or never) and post.since <= (row.until or never)
