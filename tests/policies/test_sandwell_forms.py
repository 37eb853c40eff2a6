"""Sandwell's forms: appendix 3 and 4, box by box, in the policy's own words."""

from concord.policies.library import load
from tests.policies.shown import shows
from tests.policies.test_sandwell import case

LEVELS = (
    "Universal Services", "Early Help", "Multi-Agency Early Help", "Child in Need (S17)",
    "Child Protection (S47)", "Child in Care", "Care Leaver",
)  # fmt: skip
APPENDIX_3 = (
    ("Name of child/young person", ()),
    ("D.O.B", ()),
    ("Address", ()),
    ("Name of Professional and email contact details of the person escalating a concern", ()),
    ("Role and Agency", ()),
    ("Name(s) of other professionals involved: (Including SCSP Members where appropriate) "
     "Role and Agency", ()),
    ("Current level of need", LEVELS),
    # the form writes the legal status into its box "Child in Care": here it has a field of its own
    ("Child in Care, legal status", ()),
    ("Please indicate perceived level of need", LEVELS),
    ("Child in Care, legal status, as perceived", ()),
    ("Brief details of agency disagreement (including agreed outcomes)", ()),
    ("Date of discussion/ Meeting re disagreement", ()),
    ("Methodology used to resolve conflict", ()),
    ("Disagreement resolved at: Level, Date", ()),
    ("Please indicate lessons learned from this disagreement resolution (e.g. Individual agency "
     "review of procedure, requirement for staff training, understanding of agency referral "
     "criteria/thresholds of need)", ()),
    ("Please identify any further actions taken by your agency following the resolution of this "
     "issue: Actions taken, By whom, Date completed", ()),
    ("Form completed by", ()),
    ("Date", ()),
    ("Date received by SCSP Business Manager", ()),
    # printed as "Concerned", with a reason under each of YES and NO
    ("Concern referred to SCSP Chair for immediate action", ("Yes", "No")),
    ("Reason", ()),
    ("Issues referred to SCSP/ Outcome", ()),
)  # fmt: skip
APPENDIX_4 = (
    "Agency / School", "Escalation Number", "Child Details: Name", "Child Details: DOB",
    "Child Details: Age", "Concern", "Level of Need", "Summary of Professional Disagreement",
    "Action taken towards reaching a Resolution", "Outcome of Resolution",
)  # fmt: skip


@shows("SA-38", "SA-39", "SA-40")
def test_the_forms_have_the_policys_own_boxes_in_its_own_words_and_order() -> None:
    forms = {str(form.form): form for form in load("sandwell").file.forms}
    template = forms["escalation_template"]
    assert tuple((each.label, tuple(each.choices)) for each in template.fields) == APPENDIX_3
    sections = [(each.id, each.section) for each in template.fields if each.section]
    assert sections == [("received_on", "To be completed by SCSP Business Manager")]
    after = [each.by for each in template.fields[-4:]]
    assert after == ["business_manager"] * 4
    assert template.foot == (
        "Completed forms should be forwarded to the SCSP Business Unit: "
        "SCSP_Business@sandwell.gov.uk"
    )
    log = forms["agency_log"]
    assert tuple(each.label for each in log.fields) == APPENDIX_4
    assert "For completion by Line Manager/Safeguarding Lead as appropriate" in log.note
    told = case().done("manager@raising submit", form="agency_log")
    assert told.state.records[-1].form == "agency_log"
