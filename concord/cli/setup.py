"""`concord setup`: begins an empty, real instance; and adds agencies and people to it.

What the options say is in `concord.cli.setup_options`.
"""

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from concord.cli import instance
from concord.cli.asking import Asker, Stopped, address, clock, number, words
from concord.directory.kinds import Kind
from concord.directory.roll import Office, Roll, read_roll
from concord.directory.spreadsheet import SpreadsheetMistakes, read_tables
from concord.directory.template import write_template
from concord.policies.library import Loaded, liaison_officers, load, policy_ids

if TYPE_CHECKING:
    from concord.directory.models import Partnership

EVERYWHERE = (
    Office("business_manager", "Business manager"),
    Office("chair", "Independent chair of the partnership"),
    Office("iro", "Independent Reviewing Officer"),
    Office("cp_chair", "Child Protection Chair"),
    Office("data_protection_officer", "Data protection officer"),
)
"""Offices that every partnership has, whether or not its policy gives them a part."""

FIRST_SIGN_IN = """\
How people first sign in: {count} {others} cannot yet, because they have no password. For each, run
  concord setup password THEIR-EMAIL
and tell them the code in person or by telephone.
It takes the place of an earlier code of theirs."""
FIRST_CODE = """\
{name}'s code is {code}. It works once, until {until}. They open "Sign in", then
"Choose a password by a code", and choose one that nobody else knows."""


def set_up(arguments: Namespace) -> int:
    """Set an instance up, or write the template. Exit 1 for mistakes, 2 for missing options."""
    try:
        if arguments.template is not None:
            return _template(arguments)
        return _set_up(arguments)
    except SpreadsheetMistakes as error:
        for mistake in error.mistakes:
            print(mistake, file=sys.stderr)
        print("Nothing was changed.", file=sys.stderr)
        return 1
    except Stopped as error:
        print(error, file=sys.stderr)
        return error.code


def password(arguments: Namespace) -> int:
    """Make a code by which somebody chooses their password."""
    try:
        return _password(arguments)
    except Stopped as error:
        print(error, file=sys.stderr)
        return error.code


def second_step(arguments: Namespace) -> int:
    """Let somebody set their second step up anew."""
    try:
        return _second_step(arguments)
    except Stopped as error:
        print(error, file=sys.stderr)
        return error.code


def offices_of(loaded: Loaded | None) -> tuple[Office, ...]:
    """The offices that a person may hold under a policy, in its own titles."""
    own = tuple(
        Office(each.id, each.title, each.of, each.agency)
        for each in (loaded.file.offices if loaded else ())
    )
    held = {office.id for office in own}
    return own + tuple(office for office in EVERYWHERE if office.id not in held)


def _template(arguments: Namespace) -> int:
    path: Path = arguments.template
    if path.suffix.lower() != ".xlsx":
        raise Stopped(f"{path}: end the name of the template in .xlsx.")
    if path.exists():
        raise Stopped(f"{path} is there already. Name another file, so that nothing is lost.")
    loaded = load(arguments.policy) if arguments.policy else None
    agencies: list[dict[str, str]] = []
    people: list[dict[str, str]] = []
    kinds = {str(value): str(label) for value, label in Kind.choices}
    for each in loaded.file.agencies if loaded else ():
        agencies.append({"name": each.name, "kind": kinds.get(each.kind, ""), **each.titles})
    posts = {office.id: office.title for office in offices_of(loaded)}
    for officer in liaison_officers(arguments.policy) if loaded else ():
        agencies.append({"name": officer.agency})
        seat = {"agency": officer.agency, "post": posts.get("slo", "slo")}
        people.append({**seat, "title": officer.role})
        if officer.alternative:
            people.append({**seat, "title": officer.alternative})
        if officer.deputy:
            people.append({**seat, "title": officer.deputy, "deputy": "yes"})
    write_template(path, offices_of(loaded), agencies, people)
    print(f"Wrote {path}. Fill it in, then: concord setup --dry-run --spreadsheet {path}")
    return 0


@instance.on_an_instance("production")
def _set_up(arguments: Namespace) -> int:
    _must_be_real()
    asker = Asker()
    is_new = instance.is_new()
    if not is_new:
        instance.must_be_of_this_version()
        _must_hold_no_demonstration()
    policy_id = _policy(arguments, asker, is_new)
    partnership = None if is_new else _partnership(policy_id)
    # before anything is asked, so that a mistake in a file costs nobody their answers
    roll = _roll(arguments.spreadsheet, policy_id, partnership, is_new)
    if arguments.dry_run and is_new:
        _say_what_would_be(roll)
        return 0
    if not arguments.dry_run:
        _ask(arguments, asker, policy_id, is_new)
    if partnership is None and not arguments.partnership_name:
        arguments.partnership_name = load(policy_id).file.partnership
    from django.db import transaction

    if is_new:
        instance.migrate()
    appoints = not arguments.dry_run and _appoints(arguments)
    with transaction.atomic():
        changes = _apply(arguments, policy_id, roll)
        transaction.set_rollback(arguments.dry_run)
    _report(changes, roll, arguments.dry_run, arguments.administrator_email if appoints else "")
    if appoints:
        _tell_code(arguments.administrator_email)
    return 0


def _appoints(arguments: Namespace) -> bool:
    """Whether the administrator who is named is none yet, and cannot sign in."""
    from concord.directory.models import User

    user = User.objects.filter(email=arguments.administrator_email or "").first()
    known = user is not None and (user.is_administrator or user.has_usable_password())
    return bool(arguments.administrator_email) and not known


def _tell_code(email: str) -> None:
    """Make the code by which somebody chooses their password, and tell it."""
    from django.utils import timezone

    from concord.directory.founding import FIRST_LASTS, first_code
    from concord.rules.dates import moment

    at = timezone.now()
    user, code = first_code(email, at)
    print(FIRST_CODE.format(name=user.name, code=code, until=moment(at + FIRST_LASTS)))


def _must_be_real() -> None:
    if settings.DEMONSTRATION:
        raise instance.NoInstance(
            "This is the demonstration, and real data never shares its folder. Set "
            "CONCORD_PROFILE=production, and CONCORD_DATA to an empty folder."
        )


def _must_hold_no_demonstration() -> None:
    from concord.directory.models import Partnership

    if Partnership.objects.filter(is_demonstration=True).exists():
        raise instance.NoInstance(
            "This database holds a demonstration, and real data never shares it. Set "
            "DATABASE_URL to an empty database."
        )


def _policy(arguments: Namespace, asker: Asker, is_new: bool) -> str:
    if arguments.policy:
        return load(arguments.policy).file.id
    if not is_new:
        from concord.directory.models import Partnership

        there = list(Partnership.objects.values_list("policy_id", flat=True))
        if len(there) == 1:
            return there[0]
    known = ", ".join(policy_ids())
    chosen = asker.need("--policy", f"Which policy? ({known})", None, words)
    asker.all_here()
    return load(str(chosen)).file.id


def _ask(arguments: Namespace, asker: Asker, policy_id: str, is_new: bool) -> None:
    """Ask for whatever a new instance needs and no option gave. Raises Stopped."""
    from concord.directory.models import User

    if is_new or _partnership(policy_id) is None:
        _ask_partnership(arguments, asker)
    has_one = not is_new and User.objects.filter(is_administrator=True).exists()
    if arguments.administrator_email or arguments.administrator_name or not has_one:
        _ask_administrator(arguments, asker, is_new)
    asker.all_here()
    opens, closes = arguments.mash_opens, arguments.mash_closes
    if opens and closes and closes <= opens:
        raise Stopped("The MASH closes after it opens. Give both times of the same day.")


def _ask_administrator(arguments: Namespace, asker: Asker, is_new: bool) -> None:
    from concord.directory.models import User

    email = asker.need(
        "--administrator-email",
        "The administrator's work e-mail",
        arguments.administrator_email,
        address,
    )
    arguments.administrator_email = email
    if is_new or not User.objects.filter(email=email).exists():
        arguments.administrator_name = asker.need(
            "--administrator-name", "The administrator's name", arguments.administrator_name, words
        )


def _ask_partnership(arguments: Namespace, asker: Asker) -> None:
    for key, question, check in (
        ("business_unit", "What is its business unit called?", words),
        ("business_unit_email", "The business unit's e-mail", address),
        ("business_unit_telephone", "The business unit's telephone", number),
        ("mash_telephone", "The MASH's telephone (Multi-Agency Safeguarding Hub)", number),
        ("mash_opens", "When does the MASH open? (09:00)", clock),
        ("mash_closes", "When does the MASH close? (17:00)", clock),
        ("out_of_hours_telephone", "The out-of-hours team's telephone", number),
    ):
        option = "--" + key.replace("_", "-")
        given = getattr(arguments, key)
        setattr(arguments, key, asker.need(option, question, given, check))
    if asker.somebody and not arguments.place:
        said = asker.need("--place", "Places and postcode districts, with commas", None, words)
        arguments.place = [part for part in str(said).split(",") if part.strip()]


def _roll(
    paths: Sequence[Path], policy_id: str, partnership: "Partnership | None", is_new: bool
) -> Roll:
    from concord.directory.enrolment import known_agencies

    loaded = load(policy_id)
    named = {each.name: each.id for each in loaded.file.agencies}
    known = () if is_new else known_agencies(partnership)
    return read_roll(read_tables(paths), offices_of(loaded), named, known)


def _partnership(policy_id: str) -> "Partnership | None":
    from concord.directory.models import Partnership

    return Partnership.objects.filter(policy_id=policy_id).first()


def _apply(arguments: Namespace, policy_id: str, roll: Roll) -> tuple[str, ...]:
    from concord.directory.enrolment import enrol
    from concord.directory.founding import (
        PartnershipDetails,
        appoint_administrator,
        found_partnership,
    )

    changes: tuple[str, ...] = ()
    if arguments.administrator_email and not arguments.dry_run:
        changes += appoint_administrator(
            arguments.administrator_email, arguments.administrator_name or ""
        )
    details = PartnershipDetails(
        name=arguments.partnership_name,
        business_unit=arguments.business_unit,
        business_unit_email=arguments.business_unit_email,
        business_unit_telephone=arguments.business_unit_telephone,
        mash_name=arguments.mash_name,
        mash_telephone=arguments.mash_telephone,
        mash_opens=arguments.mash_opens,
        mash_closes=arguments.mash_closes,
        out_of_hours_name=arguments.out_of_hours_name,
        out_of_hours_telephone=arguments.out_of_hours_telephone,
    )
    partnership, more = found_partnership(policy_id, details, arguments.place)
    return changes + more + enrol(partnership, roll, load(policy_id).policy.version)


def _say_what_would_be(roll: Roll) -> None:
    print("The spreadsheets hold no mistake. This would be changed:")
    print(f"  Agencies added: {len(roll.agencies)}.")
    print(f"  People added: {len({row.email for row in roll.people})}.")
    _say_vacancies(roll)
    print("Nothing was changed: this was a dry run.")


def _report(changes: Sequence[str], roll: Roll, is_dry: bool, appointed: str) -> None:
    """Say what changed. `appointed`: the address of whoever is told a code after it; or empty."""
    if is_dry:
        print("The spreadsheets hold no mistake. This would be changed:")
    for change in changes:
        print(f"  {change}")
    if not changes:
        print("  Nothing: all of it was so already.")
    _say_vacancies(roll)
    if is_dry:
        print("Nothing was changed: this was a dry run.")
        return
    from concord.directory.founding import without_password

    if count := without_password(but=appointed):
        others = "others" if appointed else "of them"
        print(FIRST_SIGN_IN.format(count=count, others=others))


def _say_vacancies(roll: Roll) -> None:
    for post in roll.vacant:
        print(f"  Left out, because nobody is named in it: {post}.")


@instance.on_an_instance("production")
def _password(arguments: Namespace) -> int:
    instance.must_be_ready()
    from concord.directory.models import User

    email: str = arguments.email
    if not User.objects.filter(email=email).exists():
        raise Stopped(f"Nobody here has the address {email}. Add them by a spreadsheet first.")
    _tell_code(email)
    print("A password that they had opens nothing now, and they are signed out everywhere.")
    return 0


@instance.on_an_instance("production")
def _second_step(arguments: Namespace) -> int:
    instance.must_be_ready()
    from concord.directory.founding import forget_factors
    from concord.directory.models import User

    try:
        user, count = forget_factors(arguments.email)
    except User.DoesNotExist:
        raise Stopped(f"Nobody here has the address {arguments.email}.") from None
    if not count:
        print(f"{user.name} had no second step set up. They are asked to, when they sign in.")
        return 0
    print(
        f"{user.name}'s second step is forgotten, and they are signed out everywhere. When they "
        "sign in with their password, they set up a new one. Tell them so in person or by "
        "telephone, once you are sure who asks."
    )
    return 0
