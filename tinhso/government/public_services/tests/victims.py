"""Pieces of work that tests kill in the middle (:mod:`tinhso.blocks.outbox.tests.killing`): plain words go in."""

from tinhso.blocks.cases.tests.makers import MONDAY
from tinhso.blocks.outbox import services as outbox
from tinhso.government.public_services.services import portal


def deliver(announcement: str) -> None:
    """The worker gives one announcement to whoever hears it."""
    outbox.deliver_announcement(int(announcement))


def send(dossier: str) -> None:
    """The worker tells the portal what waits."""
    portal.send_dossier(dossier=dossier, by=portal.PORTAL, clock=lambda: MONDAY)
