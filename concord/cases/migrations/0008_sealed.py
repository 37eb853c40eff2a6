"""Every record gets its seal, and so does every case's opening; those that are there already too."""

from importlib import import_module

from django.db import migrations, models

from concord.cases.openings import genesis, history_of
from concord.seals.chain import new_salt, seal

before = import_module("concord.cases.migrations.0002_append_only")


def seal_all(apps, schema_editor):
    """Seal what was written before there were seals, as it stands now."""
    Case = apps.get_model("cases", "Case")
    Entry = apps.get_model("cases", "Entry")
    CaseParty = apps.get_model("cases", "CaseParty")
    cases = Case.objects.select_related("partnership").order_by("pk")
    for case in cases.iterator():
        parties = CaseParty.objects.filter(case=case).order_by("place", "id")
        salt = new_salt()
        head = begins = genesis(
            case.reference, salt, case.partnership.slug,
            (case.policy_id, case.policy_version, case.calendar_version), case.opened, case.facts,
            list(parties.values_list("side", "agency__slug", "place")),
        )  # fmt: skip
        for entry in Entry.objects.filter(case=case).order_by("sequence"):
            sealed = seal(
                history_of(case.reference), entry.sequence, head, entry.at, entry.written,
                entry.act, entry.key, entry.written_by_id, entry.content,
            )  # fmt: skip
            head = sealed.link
            Entry.objects.filter(pk=entry.pk).update(
                salt=sealed.salt, commitment=sealed.commitment, previous=sealed.previous, link=head
            )
        Case.objects.filter(pk=case.pk).update(salt=salt, genesis=begins, head=head)


def text(length):
    return models.CharField(max_length=length, default="")


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_invitations")]
    operations = [
        migrations.RunPython(before.unguard, before.guard),
        migrations.AddField("case", "salt", text(32)),
        migrations.AddField("case", "genesis", text(64)),
        migrations.AddField("case", "head", text(64)),
        migrations.AddField("entry", "salt", text(32), preserve_default=False),
        migrations.AddField("entry", "commitment", text(64), preserve_default=False),
        migrations.AddField("entry", "previous", text(64), preserve_default=False),
        migrations.AddField("entry", "link", text(64), preserve_default=False),
        migrations.RunPython(seal_all, migrations.RunPython.noop),
    ]
