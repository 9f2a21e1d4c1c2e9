"""What follows when the catalogue has changed, and telling the national portal what happens to cases."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from tinhso.blocks.cases import events as cases
from tinhso.blocks.cases.models import Case
from tinhso.blocks.indicators import services as indicators
from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.contract import MARK
from tinhso.blocks.outbox.contract import register_listener
from tinhso.government.public_services import events
from tinhso.government.public_services.models import ProactiveOffer
from tinhso.government.public_services.queries.portal.rules import is_on
from tinhso.government.public_services.queries.proactive import offers, secrets
from tinhso.government.public_services.services import portal, proactive
from tinhso.government.public_services.services.portal.client import NotDelivered
from tinhso.government.public_services.services.portal.queueing import MOVED, NEW
from tinhso.kernel import clock

log = logging.getLogger(__name__)


@register_listener(events.CatalogueChanged)
def compute_again(event: events.CatalogueChanged) -> None:
    """Other counts reach the operations centre with the next refresh."""
    indicators.ask_for_refresh()


@register_listener(cases.CaseFiled)
def tell_of_a_new_dossier(event: cases.CaseFiled) -> None:
    """The portal gets its code, what it is about, and its first status."""
    portal.queue_messages(dossier=event.code, number=event.number, kinds=NEW, by=portal.PORTAL, now=clock.now())


@register_listener(cases.CaseMoved)
def tell_of_a_step(event: cases.CaseMoved) -> None:
    """The portal gets who did what and when, and the status."""
    portal.queue_messages(dossier=event.code, number=event.number, kinds=MOVED, by=portal.PORTAL, now=clock.now())


@register_listener(events.ForeignDossiersTaken)
def count_foreign(event: events.ForeignDossiersTaken) -> None:
    """Ministries' cases reach the operations centre with the next refresh."""
    indicators.ask_for_refresh()


@app.task(name="public_services.send")
def send_dossier_messages(dossier: str) -> None:
    """Tell the portal what waits about one case; the queue's lock lets one worker do so at a time."""
    portal.send_dossier(dossier=dossier, by=portal.PORTAL)


@app.periodic(cron="* * * * *")
@app.task(name="public_services.send_due", queueing_lock="public_services.send_due")
def send_due(timestamp: int) -> None:
    """Wake cases whose next try is due, and all of them once a portal was named."""
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


@app.periodic(cron="20 17 * * *")  # 00:20 in Việt Nam
@app.task(name="public_services.offer", queueing_lock="public_services.offer")
def run_proactive_services(timestamp: int) -> None:
    """Let old offers lapse, offer to whom today's rules concern, and file what was noticed long enough."""
    by, now = proactive.PROACTIVE, clock.now()
    proactive.lapse_offers(day=clock.today(), by=by, now=now)
    proactive.offer_all(day=clock.today(), by=by, now=now)
    proactive.file_due(by=by, now=clock.now())
    indicators.ask_for_refresh()


@register_listener(events.ProactiveOffered)
def tell_of_an_offer(event: events.ProactiveOffered) -> None:
    """The person is written to, with the address that only they get; a repeated delivery carries the same Message-ID.

    Nobody is written to about an illustrative case. Whoever cannot be reached is not told, so that nothing is ever
    filed for them by itself.
    """
    proactive_offer = ProactiveOffer.objects.select_related("rule", "source__party").filter(ref=event.ref).first()
    if (
        proactive_offer is None
        or proactive_offer.told_at
        or proactive_offer.source.origin != Case.Origin.HERE
        or proactive_offer.state not in offers.WAITING
    ):
        return
    words, now = offers.words_of(proactive_offer.rule), clock.now()
    account = offers.account_of(proactive_offer.source)
    if account is not None:
        messaging.notify(
            to=account,
            title=words.title,
            body=words.text,
            href=MARK,
            secret=secrets.named_page(proactive_offer),
            key=f"{event.name}:{proactive_offer.ref}",
            now=now,
        )
    if proactive_offer.source.party.email:
        _mail_offer(proactive_offer, secrets.offer_path(proactive_offer))
    if account is not None or proactive_offer.source.party.email:
        how = "account" if account is not None else "mail"
        proactive.record_notice(ref=proactive_offer.ref, how=how, by=proactive.PROACTIVE, now=now)


def _mail_offer(one: ProactiveOffer, path: str) -> None:
    words, domain = offers.words_of(one.rule), settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ")
    EmailMessage(
        subject=words.title,
        body="\n\n".join((words.text, offers.offer_reason(one), _("Xem và trả lời:"), f"{settings.PUBLIC_URL}{path}")),
        to=[one.source.party.email],
        headers={"Message-ID": f"<offer-{one.pk}@{domain or 'localhost'}>"},
    ).send()


@register_listener(cases.CaseFiled)
def finish_an_offer(event: cases.CaseFiled) -> None:
    """Somebody who agreed has handed in the draft that was filled in for them."""
    proactive.draft_filed(code=event.code, by=proactive.PROACTIVE, now=clock.now())
