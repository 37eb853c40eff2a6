"""The addresses of the pages. None carries personal data; none changes anything on GET."""

from django.urls import path

from concord.web.views import (
    acts,
    case,
    dates,
    finding,
    library,
    notices,
    oversight,
    raising,
    start,
    work,
)

urlpatterns = [
    path("", start.start, name="start"),
    path("area/<slug:slug>", start.area, name="area"),
    path("area/<slug:slug>/clauses", library.clauses, name="clauses"),
    path("sign-in", start.sign_in, name="sign-in"),
    path("sign-in/as", start.sign_in_as, name="sign-in-as"),
    path("sign-out", start.sign_out, name="sign-out"),
    path("you", start.you, name="signed-in"),
    path("work", work.work, name="work"),
    path("find", finding.finding, name="find"),
    path("agencies", oversight.agencies, name="agencies"),
    path("agencies/<slug:slug>", oversight.agency, name="agency"),
    path("partnerships/<slug:slug>", oversight.partnership, name="partnership"),
    path("partnerships/<slug:slug>/log.csv", oversight.partnership_log, name="partnership-log"),
    path("partnerships/<slug:slug>/learning", oversight.learning, name="learning"),
    path("health", notices.health, name="health"),
    path("notices", notices.notices, name="notices"),
    path("notices/again", notices.again, name="notices-again"),
    path("notices/digest", notices.digest, name="notices-digest"),
    path("notices/undelivered", notices.undelivered, name="notices-undelivered"),
    path("notices/read", notices.read, name="notices-read"),
    path("raise", raising.begin, name="raise"),
    path("raise/sent/<slug:reference>", raising.sent, name="raise-sent"),
    path("raise/<str:token>/check", raising.check, name="raise-check"),
    path("raise/<str:token>/<slug:step>", raising.step, name="raise-step"),
    path("case/<slug:reference>", case.case, name="case"),
    path("case/<slug:reference>/timeline", case.timeline, name="timeline"),
    path("case/<slug:reference>/dates", dates.dates, name="dates"),
    path("case/<slug:reference>/<slug:name>", acts.act, name="act"),
]
