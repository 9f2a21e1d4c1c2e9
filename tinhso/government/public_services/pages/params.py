"""What the address of the list of procedures looks for."""

from django.http import HttpRequest

from tinhso.government.public_services.queries.finding import ProcedureFilter
from tinhso.ui.request_params import text_in

LONGEST = 200


def wanted_of(request: HttpRequest) -> ProcedureFilter:
    """What is looked for; an address may ask for anything."""
    names = {"words": "q", "life_event": "event"}
    values = {
        name: text_in(request.GET, names.get(name, name), LONGEST) for name in ProcedureFilter.__dataclass_fields__
    }
    return ProcedureFilter(**values)
