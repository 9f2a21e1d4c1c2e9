"""What follows when the catalogue has changed."""

from tinhso.blocks.indicators import services as indicators
from tinhso.blocks.outbox.contract import hears
from tinhso.government.public_services import events


@hears(events.CatalogueChanged)
def compute_again(event: events.CatalogueChanged) -> None:
    """Other counts reach the operations centre with the next refresh."""
    indicators.ask_for_refresh()
