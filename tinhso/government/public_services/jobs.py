"""What follows when the catalogue has changed, and telling the national portal what happens to dossiers."""

import logging

from procrastinate.contrib.django import app

from tinhso.blocks.cases import events as cases
from tinhso.blocks.indicators import services as indicators
from tinhso.blocks.outbox.contract import hears
from tinhso.government.public_services import events
from tinhso.government.public_services.queries.portal.rules import is_on
from tinhso.government.public_services.services import portal
from tinhso.government.public_services.services.portal.client import NotDelivered
from tinhso.government.public_services.services.portal.queueing import MOVED, NEW
from tinhso.kernel import clock

log = logging.getLogger(__name__)


@hears(events.CatalogueChanged)
def compute_again(event: events.CatalogueChanged) -> None:
    """Other counts reach the operations centre with the next refresh."""
    indicators.ask_for_refresh()


@hears(cases.CaseFiled)
def tell_of_a_new_dossier(event: cases.CaseFiled) -> None:
    """The portal gets its code, what it is about, and its first status."""
    portal.queue_messages(dossier=event.code, number=event.number, kinds=NEW, by=portal.PORTAL, now=clock.now())


@hears(cases.CaseMoved)
def tell_of_a_step(event: cases.CaseMoved) -> None:
    """The portal gets who did what and when, and the status."""
    portal.queue_messages(dossier=event.code, number=event.number, kinds=MOVED, by=portal.PORTAL, now=clock.now())


@hears(events.ForeignDossiersTaken)
def count_foreign(event: events.ForeignDossiersTaken) -> None:
    """Ministries' dossiers reach the operations centre with the next refresh."""
    indicators.ask_for_refresh()


@app.task(name="public_services.send")
def send(dossier: str) -> None:
    """Tell the portal what waits about one dossier; the queue's lock lets one worker do so at a time."""
    portal.send_dossier(dossier=dossier, by=portal.PORTAL)


@app.periodic(cron="* * * * *")
@app.task(name="public_services.send_due", queueing_lock="public_services.send_due")
def send_due(timestamp: int) -> None:
    """Wake dossiers whose next try is due, and all of them once a portal was named."""
    portal.wake_all(now=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="public_services.fetch_foreign", queueing_lock="public_services.fetch_foreign")
def fetch_foreign(timestamp: int) -> None:
    """Take what ministries' systems have had to tell since the last time; a side that is away is asked again later."""
    if is_on():
        try:
            portal.fetch_foreign(by=portal.PORTAL, now=clock.now())
        except NotDelivered as problem:
            log.warning("foreign dossiers not fetched: %s", problem)
