"""What is asked of whoever opens a case in an emergency, and of whoever reviews it."""

from concord.web.forms.base import PlainForm
from concord.web.forms.fields import CountedWords, Line, OneOf


class Breaking(PlainForm):
    """Which case, and why it cannot wait."""

    reference = Line("The reference of the case", "For example, K7QM-4TPD", max_length=12)
    why = CountedWords(
        "What is the emergency, and why can nobody of the case be asked?",
        "Do not name the child. Whoever reviews this reads it, and so do both sides",
        least=10, most=200,
    )  # fmt: skip


class Judging(PlainForm):
    """Whether an opening was proper, and why."""

    proper = OneOf(
        "Was it proper to open this case?",
        (("yes", "Yes, it was proper"), ("no", "No, it was not proper")),
    )
    words = CountedWords(
        "What did you find?", "Whom you asked, and what you do about it", least=3, most=300
    )
