"""A visitor finds what everybody may do; an official begins where their work is; no script is needed."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from playwright.sync_api import Page, expect

from tests.journeys.world import World

Opened = Callable[..., Page]


def test_a_visitor_goes_from_the_front_page_to_a_procedure_by_keyboard_without_script(opened: Opened) -> None:
    page = opened(size="phone", script=False)
    page.goto("/")

    page.get_by_label("Bạn cần làm thủ tục gì?").fill("don cay")
    page.keyboard.press("Enter")

    expect(page).to_have_url("/services/?q=don+cay")
    expect(page.get_by_role("main")).to_contain_text("Đốn cây")


def test_what_is_open_to_everybody_can_be_reached_from_the_front_page(opened: Opened) -> None:
    page = opened()
    page.goto("/")

    hrefs = page.get_by_role("main").get_by_role("link").evaluate_all("links => links.map(a => a.pathname)")

    assert {"/services/", "/track/", "/reports/new/", "/support/", "/community/find/", "/verify/"} <= set(hrefs)
    assert {"/open-data/", "/reports/", "/reports/numbers/", "/service-outages/"} <= set(hrefs)


def test_an_administrator_finds_the_users_in_the_menu_without_script(opened: Opened) -> None:
    page = opened("quan-tri", script=False)
    page.goto("/start/")
    expect(page).to_have_url("/accounts/people/")

    page.get_by_role("navigation", name="Chính").get_by_text("Người dân", exact=True).last.click()

    expect(page.get_by_role("link", name="Dữ liệu mở").last).to_be_visible()


def test_each_begins_where_their_work_is(opened: Opened) -> None:
    starts = {"chu-tich": "/tuan-nay/", "mot-cua-an-binh": "/cases/", "quan-tri": "/accounts/people/"}

    for username, address in starts.items():
        page = opened(username)
        page.goto("/start/")
        expect(page).to_have_url(address)


def test_the_foot_of_every_page_leads_to_whom_to_call(opened: Opened) -> None:
    page = opened()
    page.goto("/services/")

    page.get_by_role("contentinfo").get_by_role("link", name="Liên hệ").click()

    expect(page.get_by_role("link", name="0000 0000")).to_have_attribute("href", "tel:00000000")


def test_the_front_page_is_light_and_reads_little(world: World, django_assert_max_num_queries: Any) -> None:
    client = Client()
    client.get("/")  # what is kept in memory is read once

    with django_assert_max_num_queries(8):
        answer = client.get("/")

    assert len(answer.content) < 60_000
