"""What an address asks for."""

from datetime import date

from django.http import HttpRequest

from tinhso.government.public_services.queries.finding import Wanted
from tinhso.kernel import clock

LONGEST = 200


def wanted_of(request: HttpRequest) -> Wanted:
    """What is looked for; an address may ask for anything."""
    names = {"words": "q", "life_event": "event"}
    asked = {name: request.GET.get(names.get(name, name), "") for name in Wanted.__dataclass_fields__}
    return Wanted(**{name: value.replace("\0", "").strip()[:LONGEST] for name, value in asked.items()})


def day_of(request: HttpRequest) -> tuple[date, bool]:
    """The day in an address; today, and a mark, where the text is no day."""
    text = request.GET.get("day", "")
    try:
        return (date.fromisoformat(text) if text else clock.today()), False
    except ValueError:
        return clock.today(), True
