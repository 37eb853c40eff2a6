"""Acts between people: speaking, stating, answering, passing on, meeting, telling, reviewing."""

from concord.documents.forms import referral_of
from concord.rules.words import Form, Means, Outcome
from concord.web.forms.act import ActForm, Particulars
from concord.web.forms.fields import AnyOf, Line, OneOf, Pick, Words


class Speaking(ActForm):
    """A discussion or meeting: with whom, how, when, what was said, how it ended."""

    asks_when = True
    present = AnyOf("Who took part, besides you?")
    means = OneOf("How?", ((m, m.replace("_", " ").capitalize()) for m in Means))
    said = Words("What was said?")
    outcome = OneOf(
        "How did it end?",
        (
            (Outcome.RESOLVED, "Resolved"),
            (Outcome.PARTLY, "Partly resolved"),
            (Outcome.UNRESOLVED, "Not resolved"),
        ),
    )
    writes_up = Line("Who writes it up and shares it?", required=False)

    def choose(self) -> None:
        """Everybody of the case."""
        self.offer("present", self.scene.people)

    def particulars(self) -> Particulars:
        """With whom, how, and what came of it."""
        data = self.cleaned_data
        return {
            "people": tuple(who for who in self.whos("present") if who != self.seat),
            "means": Means(data["means"]),
            "outcome": Outcome(data["outcome"]),
            "text": {"said": data["said"], "writes_up": data["writes_up"]},
        }


class Stating(ActForm):
    """A side's position."""

    button = "Record this position"
    problem = Words("What is the problem?")
    challenge = Words("What is challenged?")
    aim = Words("What do you want to achieve?")

    def particulars(self) -> Particulars:
        """The three things that a position says."""
        data = self.cleaned_data
        return {"text": {name: data[name] for name in ("problem", "challenge", "aim")}}


class Answering(ActForm):
    """The answer of whoever was challenged."""

    button = "Send this answer"
    intro = "The other side sees your answer at once."
    position = OneOf(
        "Do you agree?",
        (
            ("We agree, and will change the decision.", "Yes, we agree"),
            ("We agree in part.", "In part"),
            ("We disagree.", "No, we disagree"),
        ),
    )
    reply = Words("Give your reasons")
    proposes = Words("What do you propose, who would do it, and by when?", required=False)

    def particulars(self) -> Particulars:
        """The answer in words."""
        data = self.cleaned_data
        return {"text": {name: data[name] for name in ("position", "reply", "proposes")}}


class PassingOn(ActForm):
    """Not me: to the right person of the same agency."""

    button = "Pass it on"
    passed_to = Pick("Who is the right person?")
    reason = Words("Why them?", required=False)

    def choose(self) -> None:
        """The people of one's own agency."""
        self.offer("passed_to", self.scene.colleagues)

    def particulars(self) -> Particulars:
        """To whom, by number; the name is shown."""
        chosen = self.cleaned_data["passed_to"]
        name = dict(self.scene.colleagues)[chosen]
        return {"text": {"passed_to": chosen, "note": f"To {name}"},
                "reason": self.cleaned_data["reason"]}  # fmt: skip


class Telling(ActForm):
    """Somebody is told."""

    button = "Record that they were told"
    to = AnyOf("Who was told?")
    note = Words("What were they told?", required=False)
    asks_when = True

    def choose(self) -> None:
        """Everybody of the case."""
        self.offer("to", self.scene.people)

    def particulars(self) -> Particulars:
        """To whom, and what."""
        return {"to": self.whos("to"), "text": {"note": self.cleaned_data["note"]}}


class Submitting(ActForm):
    """A form of the policy is sent."""

    button = "Record that it was sent"
    form = OneOf("Which form?")
    to = AnyOf("To whom?")
    note = Words("Anything to add?", required=False)

    def choose(self) -> None:
        """The policy's forms; for a policy with no form to refer with, the record of the case."""
        policy = self.scene.state.policy
        offered = dict.fromkeys((*policy.forms, *referral_of(policy)))
        self.offer("form", tuple((rule.form, rule.title) for rule in offered))
        self.offer("to", self.scene.people)

    def particulars(self) -> Particulars:
        """Which form, to whom."""
        data = self.cleaned_data
        return {"form": Form(data["form"]), "to": self.whos("to"), "text": {"note": data["note"]}}


AT_RISK = (("yes", "Yes, at immediate risk"), ("no", "No, not immediate"))


class Referring(ActForm):
    """A referral to the MASH, made already: by telephone first, written down here."""

    button = "Record this referral"
    intro = (
        "A referral to the MASH (Multi-Agency Safeguarding Hub). Call first, then write it down "
        "here: Concord does not make the referral for you."
    )
    asks_when = True
    risk = OneOf("Is the child at immediate risk of harm now?", AT_RISK)
    said = Words("What was referred, to whom, and the reference you were given?")

    def particulars(self) -> Particulars:
        """The reference, and the answer; that the child is at immediate risk, if so, is a fact:
        duties follow from it. That it is not so ends none that run."""
        data = self.cleaned_data
        facts = {"immediate_risk": True} if data["risk"] == "yes" else {}
        said = dict(AT_RISK)[data["risk"]]
        return {"text": {"reference": data["said"], "risk": said}, "facts": facts}


class Reviewing(ActForm):
    """A review of the facts, or of whether the concern is justified."""

    button = "Record this review"
    outcome = OneOf(
        "What did you find?",
        (
            (Outcome.JUSTIFIED, "The concern is justified, and within the policy"),
            (Outcome.NOT_JUSTIFIED, "The concern is not justified"),
            ("reviewed", "I reviewed the information"),
        ),
    )
    note = Words("What did you look at, and why do you find so?")

    def particulars(self) -> Particulars:
        """The finding."""
        data = self.cleaned_data
        found = data["outcome"]
        return {
            "outcome": None if found == "reviewed" else Outcome(found),
            "text": {"note": data["note"]},
        }
