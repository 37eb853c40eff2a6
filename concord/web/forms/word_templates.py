"""What is asked when a partnership's template is uploaded, or chosen."""

from concord.web.forms.base import PlainForm
from concord.web.forms.fields import Line


class Uploading(PlainForm):
    """Why there is a new version; its file comes beside."""

    why = Line("What is new in it, and why?", hint="Kept with the version. For example: new logo")


class Choosing(PlainForm):
    """Why a form is written in another layout from now on."""

    why = Line("Why?", hint="Kept with who chose it, and when")
