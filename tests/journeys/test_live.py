"""An open wall hears of a published return and shows its number, without being loaded again."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from playwright.sync_api import Page, expect

from tests.journeys import world as worlds
from tests.journeys.world import World
from tinhso.blocks.indicators.jobs import refresh_readings
from tinhso.government.reporting import services as reporting
from tinhso.kernel import clock

pytestmark = pytest.mark.slow
# Far less than an open page waits before it asks by itself. How soon it is, is noted in the report of the tests, not
# held against a machine that is busy with others.
SOON = 20_000


@pytest.fixture
def live(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The stream's own server beside the pages, on the same database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    parts = connection.settings_dict
    where = urlencode({"host": parts["HOST"], "port": parts["PORT"] or 5432})
    url = f"postgresql://{parts['USER']}:{parts['PASSWORD']}@/{parts['NAME']}?{where}"
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port)]
    with (tmp_path_factory.mktemp("live") / "granian.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "tinhso.project.asgi:application"],
            env={**os.environ, "DATABASE_URL": url, "TINHSO_PROVINCE": str(worlds.FOLDER)},
            cwd=settings.ROOT,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for(port)
        address = f"http://127.0.0.1:{port}"
        directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"connect-src": ["'self'", address]}
        with override_settings(LIVE_URL=f"{address}/live/", CONTENT_SECURITY_POLICY={"DIRECTIVES": directives}):
            world.allowed.append(address)
            yield
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the live stream did not start")


@pytest.mark.usefixtures("live")
def test_the_wall_shows_a_number_soon_after_it_was_published_without_being_loaded_again(
    opened: Callable[..., Page], record_property: Callable[[str, object], None]
) -> None:
    one = worlds.a_return(worlds.LIVE)
    page = opened("chu-tich")
    with page.expect_response("**/live/"):
        page.goto("/wall/")
    expect(page.locator("main")).not_to_contain_text("62,50")
    page.evaluate("() => { window.sameDocument = true }")

    worlds.fill(one, by=worlds.somebody("chuyen-vien"), planted=160, living=100)
    reporting.submit(ref=one.ref, by=worlds.somebody("chuyen-vien"), now=clock.now())
    reporting.approve(ref=one.ref, by=worlds.somebody("giam-doc"), now=clock.now())
    reporting.publish(ref=one.ref, by=worlds.somebody("thong-ke"), now=clock.now())
    refreshed_at = _refresh()

    expect(page.locator("main")).to_contain_text("62,50", timeout=SOON)
    assert page.evaluate("() => window.sameDocument") is True
    took = time.monotonic() - refreshed_at
    record_property("seconds_from_snapshot_to_page", round(took, 2))


@pytest.mark.usefixtures("live")
def test_a_wall_counts_a_return_of_today_without_waiting_for_a_snapshot(
    opened: Callable[..., Page], record_property: Callable[[str, object], None]
) -> None:
    one = worlds.a_return(worlds.LIVE, data_set="TC", unit="AB")
    page = opened("chu-tich")
    with page.expect_response("**/live/"):
        page.goto("/wall/chung/today/")
    page.evaluate("() => { window.sameDocument = true }")
    sent = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Báo cáo đã gửi"))
    before = int(sent.locator(".figure").inner_text())

    unit = one.unit_id
    entry = reporting.RowEntry(unit, "", {"luot": "30", "nuoc": "56.5"})
    reporting.save_draft(ref=one.ref, entries=[entry], by=worlds.somebody("cong-chuc-an-binh"), now=clock.now())
    reporting.submit(ref=one.ref, by=worlds.somebody("cong-chuc-an-binh"), now=clock.now())
    submitted_at = time.monotonic()
    worlds.deliver()

    expect(sent.locator(".figure")).to_have_text(str(before + 1), timeout=SOON)
    took = time.monotonic() - submitted_at
    record_property("seconds_from_hand_in_to_wall", round(took, 2))
    assert page.evaluate("() => window.sameDocument") is True


def _refresh() -> float:
    """The refresh that carries what was published, as the worker makes it; when its snapshot was there."""
    worlds.deliver()
    refresh_readings()
    there = time.monotonic()
    worlds.deliver()
    return there
