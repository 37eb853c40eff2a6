"""What a case gathers beside its talks fills its forms: meetings, who came, documents, evidence."""

from datetime import datetime, timedelta

from concord.documents.filling import Filled, fill
from concord.documents.known import know
from concord.rules.clock import LONDON
from concord.rules.dates import moment
from concord.rules.forms import FormField, Known
from concord.rules.record import Enclosed
from concord.rules.words import Act
from tests.documents.filled import document, filling, form_named
from tests.policies.scenes import CARE, Scene, scene

FIRST = datetime(2026, 12, 18, 10, tzinfo=LONDON)
SECOND = FIRST + timedelta(hours=5)
BOTH = {
    "time.1": FIRST.isoformat(), "time.2": SECOND.isoformat(),
    "when": f"{moment(FIRST)}; or {moment(SECOND)}", "where": "The Town Hall",
}  # fmt: skip
CHOSEN = {"time.1": SECOND.isoformat(), "when": moment(SECOND)}
SCAN = Enclosed("body map.pdf", "pdf", 1200, "0" * 64, "kept", "clean")


def filled(told: Scene, form: str) -> dict[str, Filled]:
    rule = form_named(told.state.policy, form)
    return {each.field.id: each for each in fill(filling(told.state, rule))}


def lines(told: Scene, known: Known, beside: tuple[Known, ...] = ()) -> tuple[str, ...]:
    rule = form_named(told.state.policy, "case_record")
    field = FormField("it", "It", (known, *beside))
    return know(known, filling(told.state, rule), field).lines


def proposed() -> Scene:
    told = scene("lincolnshire").raised({"immediate_risk": True}).up_to("step-4")
    return told.done(f"slo@raising convene slo@{CARE}", text=BOTH)


def chosen(told: Scene) -> Scene:
    n = next(r.n for r in told.state.records if r.act is Act.CONVENE)
    return told.done(f"slo@{CARE} convene slo@raising", of=n, text=CHOSEN)


def test_times_that_are_only_proposed_arrange_nothing() -> None:
    told = proposed()
    assert lines(told, Known.MEETING_TIMES) == (
        f"Proposed: {moment(FIRST)}; or {moment(SECOND)}. No time is chosen yet.",
    )
    assert lines(told, Known.MEETING) == ()


def test_the_time_chosen_stands_in_the_minutes_with_the_place() -> None:
    told = chosen(proposed())
    assert lines(told, Known.MEETING) == (f"Arranged for {moment(SECOND)}, The Town Hall",)
    (line,) = lines(told, Known.MEETING_TIMES)
    assert line.endswith(f"Chosen: {moment(SECOND)}.")


def test_who_came_and_who_was_asked_and_did_not_come_stand_in_the_minutes() -> None:
    told = chosen(proposed())
    n = next(r.n for r in told.state.records if r.act is Act.CONVENE)
    told.done(
        f"slo@raising meet slo@{CARE}", of=n, outcome="unresolved",
        text={"said": "We met.", "away": "board representative, Town Police"},
    )  # fmt: skip
    minutes = filled(told, "minutes")
    assert minutes["date_and_place"].lines == (f"{moment(told.at)}, The Town Hall",)
    assert minutes["present"].lines == (
        "LSCP Senior Liaison Officer (SLO), Meadow-School",
        "LSCP Senior Liaison Officer (SLO), Town-Care",
        "Asked, and did not come: board representative, Town Police",
    )  # fmt: skip
    assert filled(told, "case_record")["meetings"].lines[0].endswith(f"Held: {moment(told.at)}.")


def test_supporting_documents_are_listed_with_the_record_they_came_with() -> None:
    told = scene("bromley").raised(enclosed=(SCAN,))
    told.done(f"manager@raising discuss manager@{CARE}", outcome="unresolved",
              enclosed=(SCAN,))  # fmt: skip
    for form in ("panel_referral", "case_record"):
        table = filled(told, form)["enclosures"]
        assert [row[:2] for row in table.rows] == [("1", "body map.pdf"), ("2", "body map.pdf")]
        assert table.records == (1, 2)
        shown = document(told.state, form_named(told.state.policy, form)).words()
        assert "body map.pdf" in list(shown)
    record = filled(told, "case_record")["records"]
    assert "Supporting document 1: body map.pdf" in record.lines[0]
    assert "Supporting document 2: body map.pdf" in record.lines[1]


def test_without_supporting_documents_a_form_says_so() -> None:
    told = scene("bromley").raised()
    assert filled(told, "panel_referral")["enclosures"].lines == (
        "No supporting documents have been added.",
    )
    assert lines(told, Known.ENCLOSURES, beside=(Known.GROUND,)) == ()


def test_what_shows_that_an_action_was_done_stands_beside_it_with_who_checked() -> None:
    told = scene("sandwell").raised()
    told.done(f"manager@raising agree manager@{CARE}", actions=(("See the child.", None),))
    told.done(f"manager@{CARE} complete", action=1, done=True, text={"evidence": "Seen at home."})
    (row,) = filled(told, "escalation_template")["further_actions"].rows
    assert "What shows it: Seen at home." in row[-1]
    assert "Checked by" not in row[-1]
    told.done("manager@raising confirm", action=1, done=True)
    (row,) = filled(told, "escalation_template")["further_actions"].rows
    assert row[-1].endswith("Checked by: manager, Meadow-School")
