"""The addresses of the pages. None carries personal data; none changes anything on GET."""

from django.urls import path

from concord.web.views import acts, case, raising, start, work

urlpatterns = [
    path("", start.start, name="start"),
    path("area/<slug:slug>", start.area, name="area"),
    path("sign-in", start.sign_in, name="sign-in"),
    path("sign-in/as", start.sign_in_as, name="sign-in-as"),
    path("sign-out", start.sign_out, name="sign-out"),
    path("you", start.you, name="signed-in"),
    path("work", work.work, name="work"),
    path("raise", raising.begin, name="raise"),
    path("raise/sent/<slug:reference>", raising.sent, name="raise-sent"),
    path("raise/<str:token>/check", raising.check, name="raise-check"),
    path("raise/<str:token>/<slug:step>", raising.step, name="raise-step"),
    path("case/<slug:reference>", case.case, name="case"),
    path("case/<slug:reference>/timeline", case.timeline, name="timeline"),
    path("case/<slug:reference>/<slug:name>", acts.act, name="act"),
]
