"""Who acts on a case holds it against others who act, and not against who tells of it."""

from threading import Thread

import pytest
from django.db import connection, transaction

from concord.cases.ledger import _CASE
from concord.cases.models import Case
from concord.notifications.models import Kind, Notice

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one write at a time"
)


def test_a_notice_is_written_while_somebody_acts_on_the_case(
    real_transactions: None, opened: Case
) -> None:
    failed: list[BaseException] = []

    def tell() -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '2s'")
                Notice.objects.create(key="told", kind=Kind.ACT, case=opened, told=opened.opened)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    # given somebody who acts on a case
    with transaction.atomic():
        _CASE.one(opened.reference)
        # when somebody is told of it at the same time
        teller = Thread(target=tell)
        teller.start()
        teller.join()
    # then neither waits for the other
    assert failed == []
    assert Notice.objects.get(key="told").case == opened
