"""Witnesses: one person in each agency keeps a digest, once a week, and is asked nothing."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from concord.cases.models import Checkpoint
from concord.directory.models import Agency, Partnership, Post
from concord.notifications.letters import letter
from concord.notifications.models import Kind, MailState, Notice
from concord.notifications.witnesses import WITNESSES, tell_witnesses
from tests.apps.conftest import AT

Cast = dict[str, Partnership]
DIGEST = "0123456789abcdef" * 4


@pytest.fixture
def sealed(cast: Cast) -> None:
    Checkpoint.objects.create(number=214, made=AT, digest=DIGEST, records=9)


def test_without_a_checkpoint_there_is_nothing_to_keep(cast: Cast) -> None:
    assert tell_witnesses(AT) == 0
    assert not Notice.objects.exists()


def test_one_person_in_each_agency_has_the_digest_once_a_week(sealed: None) -> None:
    told = tell_witnesses(AT)
    holders = Post.objects.filter(role__in=WITNESSES, user__isnull=False, agency__isnull=False)
    assert told == Notice.objects.filter(kind=Kind.WITNESS).count()
    assert 5 < told <= Agency.objects.filter(posts__in=holders).distinct().count()
    assert len(set(Notice.objects.values_list("recipient", flat=True))) == told
    assert tell_witnesses(AT + timedelta(days=1)) == 0
    assert tell_witnesses(AT + timedelta(days=7)) == told


def test_the_board_s_representative_comes_before_others(sealed: None) -> None:
    tell_witnesses(AT)
    post = Post.objects.filter(role="board_rep", user__isnull=False).first()
    assert post is not None
    assert Notice.objects.get(recipient=post.user).post == "board_rep"


def test_the_mail_holds_the_digest_and_nothing_of_a_case(sealed: None, settings: Settings) -> None:
    settings.CONCORD_MAIL = "smtp"
    tell_witnesses(AT)
    notice = Notice.objects.filter(state=MailState.WAITING).select_related("recipient").first()
    assert notice is not None
    mail = letter(notice)
    assert mail.subject == "Concord: a digest to keep"
    assert f"Checkpoint 214: {DIGEST}" in mail.body
    assert "need do nothing else" in mail.body
    assert "http" not in mail.body
