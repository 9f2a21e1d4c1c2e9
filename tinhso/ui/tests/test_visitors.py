"""What programs that gather pages are told agrees: every page of the site map may be read, and opens for a visitor."""

from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from django.test import Client
from lxml import etree

SITE_MAPS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def addresses_of_the_site_map(visitor: Client) -> list[str]:
    answer = visitor.get("/sitemap.xml")
    assert answer.headers["Content-Type"] == "application/xml"
    return [str(text) for text in etree.fromstring(answer.content).xpath("//s:loc/text()", namespaces=SITE_MAPS)]


@pytest.mark.django_db
def test_every_page_of_the_site_map_opens_for_a_visitor_and_may_be_read_by_programs(client: Client) -> None:
    robots = RobotFileParser()
    robots.parse(client.get("/robots.txt").content.decode().splitlines())

    addresses = addresses_of_the_site_map(client)

    assert {"/", "/services/", "/track/", "/open-data/"} <= {urlsplit(address).path for address in addresses}
    assert [address for address in addresses if not robots.can_fetch("*", address)] == []
    assert [address for address in addresses if client.get(urlsplit(address).path).status_code != 200] == []


@pytest.mark.django_db
def test_programs_are_kept_from_what_is_no_page_of_a_visitor(client: Client) -> None:
    robots = RobotFileParser()
    robots.parse(client.get("/robots.txt").content.decode().splitlines())

    assert not robots.can_fetch("*", "http://testserver/accounts/login/")
    assert robots.site_maps() == ["http://testserver/sitemap.xml"]


@pytest.mark.django_db
def test_a_visitor_sees_every_system_and_opens_only_what_is_for_everybody(client: Client) -> None:
    page = client.get("/he-thong/").content.decode()

    assert '<a href="/services/">' in page
    assert "Người dùng" in page
    assert '"/accounts/people/"' not in page


@pytest.mark.django_db
def test_who_has_not_logged_in_is_asked_to_before_their_start(client: Client) -> None:
    answer = client.get("/start/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/start/")
