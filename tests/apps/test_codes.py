"""One-time codes: each works once and not for long, and who guesses waits."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password, get_hasher, identify_hasher

from concord.directory import codes
from concord.directory.codes import CameTo, Purpose
from concord.directory.models import OneTimeCode
from tests.apps.conftest import AT


def test_a_code_expires_and_an_earlier_one_is_replaced(db: None) -> None:
    lasts = timedelta(minutes=30)
    first = codes.make(Purpose.ADDRESS, "a", AT, lasts)
    assert codes.attempt(Purpose.ADDRESS, "a", first, AT + lasts).came_to is CameTo.EXPIRED
    one = codes.make(Purpose.ADDRESS, "a", AT + lasts, lasts)
    two = codes.make(Purpose.ADDRESS, "a", AT + lasts, lasts)
    soon = AT + lasts + timedelta(minutes=1)
    if one != two:
        assert not codes.attempt(Purpose.ADDRESS, "a", one, soon).is_right
    assert not codes.attempt(Purpose.SIGN_IN, "a", two, soon).is_right
    assert codes.attempt(Purpose.ADDRESS, "a", f"{two[:3]} {two[3:]}", soon).is_right
    assert codes.attempt(Purpose.ADDRESS, "a", two, soon).came_to is CameTo.EXPIRED
    assert two not in OneTimeCode.objects.latest("pk").digest


def test_a_code_is_kept_under_a_password_hash_of_its_own_salt(db: None) -> None:
    # Given two codes for one thing,
    lasts = timedelta(minutes=10)
    one = codes.make(Purpose.ADDRESS, "a", AT, lasts)
    two = codes.make(Purpose.SIGN_IN, "a", AT, lasts)
    kept = {row.purpose: row.digest for row in OneTimeCode.objects.all()}
    # then each is kept as a password is, and not as the code itself under that hash:
    wanted = get_hasher("default").algorithm
    assert wanted == "scrypt"
    assert {identify_hasher(each).algorithm for each in kept.values()} == {wanted}
    assert not check_password(one, kept[Purpose.ADDRESS])
    salts = {identify_hasher(each).decode(each)["salt"] for each in kept.values()}
    assert len(salts) == 2
    # and opens what it was made for.
    assert codes.attempt(Purpose.ADDRESS, "a", one, AT).is_right
    assert codes.attempt(Purpose.SIGN_IN, "a", two, AT).is_right


def test_codes_and_attempts_are_throttled(db: None) -> None:
    lasts = timedelta(minutes=30)
    for _ in range(codes.MOST_CODES):
        codes.make(Purpose.ADDRESS, "a", AT, lasts, email="x@example.org")
    with pytest.raises(codes.TooMany):
        codes.make(Purpose.ADDRESS, "a", AT, lasts)
    with pytest.raises(codes.TooMany):
        codes.make(Purpose.ADDRESS, "b", AT, lasts, email="x@example.org")
    assert codes.make(Purpose.ADDRESS, "a", AT + codes.WINDOW, lasts, email="x@example.org")
    for number in range(codes.MOST_FROM_ONE_PLACE):
        codes.attempt(Purpose.ADDRESS, f"c{number}", "123456", AT, place="192.0.2.7")
    crowded = codes.attempt(Purpose.ADDRESS, "d", "123456", AT, place="192.0.2.7")
    assert crowded.came_to is CameTo.THROTTLED
    with pytest.raises(codes.TooMany):
        codes.make(Purpose.ADDRESS, "d", AT, lasts, place="192.0.2.7")


@pytest.mark.dear
def test_an_office_whose_people_sign_in_at_once_keeps_none_waiting(db: None) -> None:
    # given more people behind one network address than may fail there
    for number in range(2 * codes.MOST_FROM_ONE_PLACE):
        about, place = f"p{number}", "192.0.2.7"
        code = codes.make(Purpose.SIGN_IN, about, AT, timedelta(minutes=30), place=place)
        # then each of them gets in
        assert codes.attempt(Purpose.SIGN_IN, about, code, AT, place=place).is_right
    # and whoever asks for far more codes from there than people have is stopped
    for number in range(codes.MOST_SENT_FROM_ONE_PLACE - 2 * codes.MOST_FROM_ONE_PLACE):
        codes.make(Purpose.SIGN_IN, f"m{number}", AT, timedelta(minutes=30), place=place)
    with pytest.raises(codes.TooMany):
        codes.make(Purpose.SIGN_IN, "one more", AT, timedelta(minutes=30), place=place)
