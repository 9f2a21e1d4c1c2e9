"""How somebody hears of alerts."""

from tinhso.ioc.models import Alert, AlertWish
from tinhso.kernel.actor import Actor


def wishes_of(by: Actor) -> list[AlertWish]:
    """One for each kind: as chosen, else the usual ways (not yet stored)."""
    said = {one.kind: one for one in AlertWish.objects.filter(person__ref=by.ref)}
    return [said.get(kind) or AlertWish(kind=kind) for kind in Alert.Kind.values]
