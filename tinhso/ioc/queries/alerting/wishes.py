"""How somebody hears of alerts."""

from tinhso.ioc.models import Alert, AlertWish
from tinhso.kernel.actor import Actor


def wishes_of(by: Actor) -> list[AlertWish]:
    """One for each kind: as chosen, else the usual ways (not yet stored)."""
    alert_wishes_by_key = {alert_wish.kind: alert_wish for alert_wish in AlertWish.objects.filter(person__ref=by.ref)}
    return [alert_wishes_by_key.get(kind) or AlertWish(kind=kind) for kind in Alert.Kind.values]
