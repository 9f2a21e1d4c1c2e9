"""Looking for the sites that firms declare. Only a machine writes what was found; no form and no file does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef

from tinhso.blocks.audit import services as audit
from tinhso.economy.enterprises.models import Firm, SiteCheck
from tinhso.economy.enterprises.queries.lookup import ALIVE
from tinhso.economy.enterprises.queries.rules import rules
from tinhso.kernel import probing
from tinhso.kernel.actor import program_actor

LOOKER = program_actor("enterprises.sites", rights=[])
AT_ONCE = 8


def check_sites(*, now: datetime, may: probing.May = probing.is_public_address) -> int:
    """Look for some sites that were not looked for lately; says how many. None where the operator allows none."""
    if not settings.CHECK_SITES:
        return 0
    sites = rules().sites
    lately = SiteCheck.objects.filter(
        firm=OuterRef("ref"), site=OuterRef("site"), at__gt=now - timedelta(days=sites.days), illustrative=False
    )
    firms = list(Firm.objects.filter(ALIVE, ~Exists(lately)).exclude(site="").order_by("pk")[: sites.a_run])
    with ThreadPoolExecutor(AT_ONCE) as asking:
        results = list(asking.map(lambda site: _probe_site(site, may), [firm.site for firm in firms]))
    SiteCheck.objects.bulk_create(
        SiteCheck(firm=firm.ref, site=firm.site, at=now, named=named, answered=answered, said=text)
        for firm, (named, answered, text) in zip(firms, results, strict=True)
    )
    if firms:
        audit.record(by=LOOKER, did="looked for sites", to=("enterprises.SiteCheck", "-"), after={"count": len(firms)})
    return len(firms)


def _probe_site(site: str, may: probing.May) -> tuple[bool, bool, str]:
    """Whether the domain leads somewhere, whether a page answers (https, else http), and in which words."""
    # whether the name leads anywhere is all that is kept of it; where to, inside our networks too, is told to nobody
    named = probing.send_probe(probing.ProbeQuestion("dns", site), lambda _address: True)
    if not named.up:
        return False, False, named.said
    safe = probing.send_probe(probing.ProbeQuestion("http", site), may)
    plain = safe if safe.up else probing.send_probe(probing.ProbeQuestion("http", site, port=80, secure=False), may)
    return True, plain.up, plain.said if plain.up else safe.said
