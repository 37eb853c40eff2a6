"""The calendars of the UK's nations: bank holidays from published data, with local overrides.

Beyond the last published day a bank holiday is computed by rule, and a date that rests on it
is shown as provisional.
"""

import hashlib
from datetime import date
from functools import cache
from pathlib import Path

from concord.policies.reading import read_yaml
from concord.rules.clock import Calendar

FIRST, LAST = date(2000, 1, 1), date(2060, 12, 31)
_SUBDIVISIONS = {
    "england_and_wales": "ENG",
    "scotland": "SCT",
    "northern_ireland": "NIR",
}
OVERRIDES = Path(__file__).with_name("calendars.yaml")


@cache
def calendar_for(nation: str = "england_and_wales") -> Calendar:
    """The working-day calendar of a nation. Raises ValueError for one that is not known.

    Raises ValueError too when there is no holiday data: that never means "no holidays".
    """
    import holidays  # slow to import, and only needed where dates are counted

    if nation not in _SUBDIVISIONS:
        known = ", ".join(_SUBDIVISIONS)
        raise ValueError(f"There is no calendar '{nation}'. Known calendars: {known}.")
    years = range(FIRST.year, LAST.year + 1)
    found = holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[nation], years=years)
    days = {day: name for day, name in found.items() if day.weekday() < 5}
    overrides = read_yaml(OVERRIDES).data
    for each in overrides["added"]:
        days[each["day"]] = each["name"]
    for each in overrides["removed"]:
        days.pop(each["day"], None)
    content = repr(sorted(days.items())).encode()
    return Calendar(
        name=nation,
        version=hashlib.sha256(content).hexdigest()[:12],
        holidays=days,
        first=FIRST,
        last=LAST,
        published_through=overrides["published_through"],
    )
