"""What was found of a site is written by a machine alone, which asks public addresses alone, and only if allowed."""

import http.server
import socket
import threading
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction

from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.queries.parsing import Invalid
from tinhso.blocks.registers.tests.makers import MONDAY, a_place
from tinhso.economy.enterprises import services
from tinhso.economy.enterprises.models import SiteCheck
from tinhso.economy.enterprises.queries import standing
from tinhso.economy.enterprises.tests.makers import CODES, a_firm, an_officer
from tinhso.kernel import probing
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db


class Answering(http.server.BaseHTTPRequestHandler):
    """A site."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_told: Any) -> None: ...


@pytest.fixture
def site() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def looked(port: int, may: probing.May) -> list[tuple[bool, bool]]:
    """Look with names that lead to this machine, where the site listens, without TLS."""
    real = socket.create_connection

    def connected(to: tuple[str, int], timeout: float) -> Any:
        if to[1] == 443:
            raise ConnectionRefusedError
        return real(("127.0.0.1", port), timeout)

    with (
        patch.object(socket, "getaddrinfo", return_value=[(2, 1, 6, "", ("127.0.0.1", port))]),
        patch.object(socket, "create_connection", connected),
    ):
        services.check_sites(now=MONDAY, may=may)
    return list(SiteCheck.objects.order_by("pk").values_list("named", "answered"))


def test_a_declared_site_is_looked_for_once_in_a_while_and_shown_beside_what_was_declared(
    site: int, settings: Any
) -> None:
    a_place()
    settings.CHECK_SITES = True
    a_firm(CODES[0], site="mot.example.vn")
    a_firm(CODES[1], site="hai.example.com")
    a_firm(CODES[2])

    assert looked(site, lambda _address: True) == [(True, True)] * 2
    assert looked(site, lambda _address: True) == [(True, True)] * 2  # not again so soon

    found = standing.enterprises_overview(an_officer())
    assert (found.sites.count, found.sites.out_of, found.checked.count, found.silent_all) == (1, 3, 1, 0)


def test_a_site_that_leads_into_our_own_networks_is_never_asked(site: int, settings: Any) -> None:
    a_place()
    settings.CHECK_SITES = True
    a_firm(CODES[0], site="mot.example.vn")

    assert looked(site, probing.is_public_address) == [(True, False)]
    assert "NotAllowed" in SiteCheck.objects.get().said
    for address in ("10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "192.168.1.1", "224.0.0.1", "0.0.0.0"):
        assert not probing.is_public_address(address)
    assert probing.is_public_address("203.113.131.1")


def test_nothing_is_asked_unless_the_operator_allows(settings: Any) -> None:
    a_place()
    settings.CHECK_SITES = False
    a_firm(CODES[0], site="mot.example.vn")

    assert services.check_sites(now=MONDAY) == 0
    assert not SiteCheck.objects.exists()


def test_nobody_forges_what_a_check_found() -> None:
    a_place()
    firm = a_firm(CODES[0], site="mot.example.vn")
    kept = SiteCheck.objects.create(firm=firm.ref, site=firm.site, at=MONDAY, named=False, answered=False)

    for change in ({"answered": True, "named": True}, {"site": "khac.vn"}, {"at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SiteCheck.objects.filter(pk=kept.pk).update(**change)
    with pytest.raises(Refused, match="unknown_column"):
        records.change_record(
            register=REGISTERS["firms"], ref=firm.ref, values={"answered": "1"}, by=an_officer(), now=MONDAY
        )
    changed = records.change_record(
        register=REGISTERS["firms"], ref=firm.ref, values={"site": "hai.vn"}, by=an_officer(), now=MONDAY
    )
    assert (changed.site, SiteCheck.objects.get().answered) == ("hai.vn", False)
    assert standing.enterprises_overview(an_officer()).checked.count == 0  # an old answer is no answer of a new site


@pytest.mark.parametrize("site", ["http://x.vn", "x", "x.vn/../", "127.0.0.1:80", "X.VN", "a b.vn", "x.vn\n"])
def test_only_a_domain_is_a_site(site: str) -> None:
    a_place()

    with pytest.raises(Invalid):
        a_firm(CODES[0], site=site.rstrip("\n") + ("." if site.endswith("\n") else ""))
