"""What is learned from a case, for others to practise by."""

from concord.web.forms.act import ActForm, Particulars
from concord.web.forms.fields import Line, Words


class Learning(ActForm):
    """A lesson, its theme, and whom it goes to."""

    button = "Record this lesson"
    intro = "A lesson is read by people outside the case: name no child and no family."
    lesson = Words("What is to be learned, and by whom?")
    theme = Line("What is it about, in a few words?", required=False)
    group = Line("Which group or sub-group is to take it up?", required=False)

    def particulars(self) -> Particulars:
        """The lesson in words."""
        return {"text": {name: self.cleaned_data[name] for name in ("lesson", "theme", "group")}}
