"""The templates' surroundings: GOV.UK's macros, our own, and a few plain words."""

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader

from concord.policies.library import with_letters
from concord.rules import citing, dates
from concord.web import describing, presenting


def environment(**options: Any) -> Environment:
    """Jinja2 as the pages use it."""
    options.pop("loader", None)
    env = Environment(
        **options,
        loader=ChoiceLoader(
            [
                PackageLoader("concord.web", "templates"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
    )
    env.globals.update(
        static=static,
        url=lambda name, *arguments: reverse(name, args=arguments),
        demonstration=settings.DEMONSTRATION,
    )
    env.filters.update(
        day=dates.day,
        plain_date=dates.plain_date,
        sentence=presenting.sentence,
        moment=dates.moment,
        due=dates.due_words,
        file_words=describing.file_words,
        cited=describing.cited_words,
        by_clause=citing.by_clause,
        with_letters=with_letters,
        opening_words=describing.opening_words,
    )
    return env
