"""One form for each act that a page offers.

What a record may hold is the rules' to say; here only what a person is asked.
"""

from collections.abc import Callable

from concord.rules.words import Act
from concord.web.forms.act import ActForm, noting, reasoned
from concord.web.forms.actions import Agreeing, Completing
from concord.web.forms.between import (
    Answering,
    PassingOn,
    Referring,
    Reviewing,
    Speaking,
    Stating,
    Submitting,
    Telling,
)
from concord.web.forms.learning import Learning
from concord.web.forms.meetings import Convening, Gathering
from concord.web.forms.steering import (
    Appointing,
    Correcting,
    Deciding,
    Escalating,
    Resolving,
    Shortening,
)

FORMS: dict[Act, Callable[..., ActForm]] = {
    Act.ACKNOWLEDGE: noting("Anything to say now?", "Acknowledge", required=False),
    Act.STATE: Stating,
    Act.ANSWER: Answering,
    Act.PASS_ON: PassingOn,
    Act.DISCUSS: Speaking,
    Act.ADVISE: noting("What is the advice?", "Record this advice", key="advice", when=True),
    Act.CONVENE: Convening,
    Act.MEET: Gathering,
    Act.HEAR: Gathering,
    Act.AGREE: Agreeing,
    Act.CONFIRM: noting("Anything to add?", "Confirm this outcome", required=False,
                        about="You confirm, for your agency, the outcome proposed. If you do not "
                              "agree, do not confirm it: go back, and choose 'Say why not'."),
    Act.FILE: noting("Where and what did you record?", "Record this", when=True),
    Act.SHARE: Telling,
    Act.SUBMIT: Submitting,
    Act.NOTIFY: Telling,
    Act.REVIEW: Reviewing,
    Act.REFER: Referring,
    Act.SHORTEN: Shortening,
    Act.APPOINT: Appointing,
    Act.DECIDE: Deciding,
    Act.ESCALATE: Escalating,
    Act.REFER_UP: reasoned("Why does it go up your line?", "Refer it up"),
    Act.RESOLVE: Resolving,
    Act.COMPLETE: Completing,
    Act.EXPLAIN: reasoned("Why is it late?", "Record this explanation"),
    Act.FEED_BACK: Telling,
    Act.LEARN: Learning,
    Act.DISSEMINATE: noting("What was sent out, and to whom?", "Record this"),
    Act.DEBRIEF: noting("What was offered, and to whom?", "Record this", required=False),
    Act.WITHDRAW: reasoned("Why do you withdraw it?", "Withdraw the concern"),
    Act.REOPEN: reasoned("Why is it reopened?", "Reopen", "All limits of the stage start again."),
    Act.CORRECT: Correcting,
}  # fmt: skip
