"""Makers that read aloud: months of cases, and pages as their reader sees them."""

import re
from html import unescape

from django.test import Client

from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.indicators.tests.conftest import refresh
from tinhso.blocks.indicators.tests.makers import Line


def dossiers(month: str, *units: str) -> list[Line]:
    """Two channels a unit: 10 finished and 8 on time at the desk, 5 and 5 online."""
    return [
        line
        for unit in units
        for line in ((unit, month, "desk", 10, 8, 3, "0.125"), (unit, month, "online", 5, 5, 1, "0.125"))
    ]


def published(*lines: Line) -> None:
    """These cases, the catalogue, and a snapshot of both."""
    makers.dossiers(lines)
    makers.a_catalogue()
    refresh()


def text_of(client: Client, address: str, status: int = 200) -> str:
    """The words of a page, without its tags, in one line."""
    answer = client.get(address)
    assert answer.status_code == status, address
    return words(answer.content.decode())


def words(html: str) -> str:
    """The words of HTML, in one line."""
    bare = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(bare)).strip()
