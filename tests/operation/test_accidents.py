"""An error leaves one line of JSON with the number that the page shows, and nothing of a person in it."""

import errno
import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings as real
from django.db import IntegrityError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from psycopg.errors import DiskFull

from tinhso.kernel.errors import Refused
from tinhso.project import accidents, logs, starting
from tinhso.project.cli import REFUSED, main

ERRORS: dict[str, Exception] = {
    "plain": ValueError("Nguyễn Thị Lan 079123456789"),
    "full": OSError(errno.ENOSPC, "No space left on device"),
    "full_database": DiskFull("could not extend file: No space left on device"),
    "away": OperationalError("connection refused"),
}


def fail(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """A page that fails."""
    try:
        raise ERRORS[kind]
    except ValueError as error:
        raise IntegrityError(f"duplicate key\nDETAIL: Key (number)=({error}) exists.") from error


urlpatterns = [path("fail/<str:kind>/<str:key>/", fail), path("api/fail/<str:kind>/<str:key>/", fail)]
handler500 = "tinhso.project.accidents.error_page"
FAILING = override_settings(ROOT_URLCONF=__name__)


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What the console is told."""
    out, handler = StringIO(), logging.StreamHandler()
    handler.setStream(out)
    handler.setFormatter(logs.JsonLines())
    handler.addFilter(logs.Masked())
    logging.getLogger().addHandler(handler)
    yield out
    logging.getLogger().removeHandler(handler)


def a_client() -> Client:
    """A browser that is answered as outside of tests."""
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@FAILING
def test_an_error_is_one_line_with_the_number_that_the_page_shows(lines: StringIO) -> None:
    answer = a_client().post("/fail/plain/khoa-bi-mat/?phone=0912345678", {"name": "Nguyễn Thị Lan"})

    [told] = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert answer.status_code == 500
    assert (told["request"], told["method"], told["page"]) == (
        answer["X-Request-Id"],
        "POST",
        "fail/<str:kind>/<str:key>/",
    )
    assert told["request"] in answer.content.decode()
    assert told["error"]["kind"] == "django.db.utils.IntegrityError"
    assert told["error"]["from"] == "builtins.ValueError"
    assert any(place.endswith(" fail") for place in told["error"]["places"])


@pytest.mark.django_db
@FAILING
def test_nothing_of_a_person_is_in_the_log(lines: StringIO) -> None:
    a_client().post("/fail/plain/khoa-bi-mat/?phone=0912345678", {"name": "Nguyễn Thị Lan"})
    logging.getLogger("other").warning("mail to %s for '%s' at /x/?k=1 failed", "lan@vi-du.vn", "Cô Lan")

    text = lines.getvalue()
    for personal in ("079123456789", "0912345678", "khoa-bi-mat", "Lan", "vi-du.vn", "k=1"):
        assert personal not in text


@pytest.mark.parametrize(
    ("kind", "status", "word"),
    [
        ("full", 503, "Ổ đĩa của máy chủ đã đầy"),
        ("full_database", 503, "Ổ đĩa của máy chủ đã đầy"),
        ("away", 503, "Cơ sở dữ liệu tạm thời không trả lời"),
        ("plain", 500, "Chưa chắc điều bạn vừa gửi đã được lưu"),
    ],
)
@pytest.mark.django_db
@FAILING
def test_a_page_says_what_became_of_what_was_sent(kind: str, status: int, word: str) -> None:
    page = a_client().post(f"/fail/{kind}/x/", {"name": "An"})
    program = a_client().post(f"/api/fail/{kind}/x/", {"name": "An"})

    assert (page.status_code, program.status_code) == (status, status)
    assert word in page.content.decode()
    assert "bị mất" not in page.content.decode()
    assert word in program.json()["detail"]
    assert program.json()["request"] == program["X-Request-Id"]


@pytest.mark.django_db
@FAILING
def test_with_a_full_disk_it_is_said_that_nothing_was_saved_unless_nothing_was_to_be() -> None:
    sent, looked = a_client().post("/fail/full/x/"), a_client().get("/fail/full/x/")

    assert "CHƯA được lưu" in sent.content.decode()
    assert "CHƯA được lưu" not in looked.content.decode()
    assert sent["Retry-After"] == "60"


@pytest.mark.django_db
def test_the_page_of_an_accident_asks_no_database(django_assert_num_queries: Any) -> None:
    request = HttpRequest()
    request.method, request.path = "GET", "/"

    with django_assert_num_queries(0, connection=connection):
        answer = accidents.error_page(request)

    assert answer.status_code == 500


@pytest.mark.django_db
def test_an_address_that_is_not_there_is_a_page_for_a_reader_and_a_line_for_a_stream(client: Client) -> None:
    page = client.get("/nowhere/", headers={"accept": "text/html,*/*;q=0.8"})
    line = client.get("/nowhere/", headers={"accept": "text/event-stream"})

    assert (page.status_code, line.status_code) == (404, 404)
    assert b"<main" in page.content
    assert (line.content, line["Content-Type"]) == (b"404\n", "text/plain; charset=utf-8")


def test_every_process_writes_to_the_console_in_lines_of_json() -> None:
    told = logs.logging_settings("WARNING", "")

    assert told["root"]["handlers"] == ["console"]
    assert told["handlers"]["console"]["filters"] == ["masked"]
    assert real.LOGGING["handlers"]["console"]["formatter"] == "lines"


@pytest.mark.parametrize("command", ["up", "serve"])
def test_nothing_is_served_without_the_built_front_end(
    command: str, settings: Any, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DJANGO_VITE = {"default": {"manifest_path": tmp_path / "manifest.json"}}

    code = main([command, "--port", "9"])

    assert code == REFUSED
    assert "make setup" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["up"], ["serve"], ["serve", "--live"], ["worker"]])
def test_nothing_is_started_with_the_published_key_once_the_demo_is_off(
    command: list[str], settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEMO, settings.SECRET_KEY = False, real.DEFAULT_SECRET

    code = main(command)

    assert code == REFUSED
    assert "TINHSO_SECRET_KEY" in capsys.readouterr().err
    with pytest.raises(Refused, match="unsafe_settings"):
        starting.must_be_safe()
