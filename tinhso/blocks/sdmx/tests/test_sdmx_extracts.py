"""Whole dataflows: nobody is refused for another's, each is the same bytes, and what broke off is taken up again."""

import os
import threading
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from tinhso.blocks.sdmx.jobs import write_extract
from tinhso.blocks.sdmx.queries import extracts
from tinhso.blocks.sdmx.services.extracts import FairTurns
from tinhso.blocks.sdmx.tests.sdmx_world import flow, world

__all__ = ["world"]
pytestmark = pytest.mark.usefixtures("world")
KINDS = {
    "csv": "application/vnd.sdmx.data+csv;version=2.0.0",
    "json": "application/vnd.sdmx.data+json;version=2.0.0",
    "xml": "application/vnd.sdmx.data+xml;version=3.0.0",
}
CSV = {"Accept": KINDS["csv"]}


def body(answer: Any) -> bytes:
    """All bytes of an answer."""
    return b"".join(answer.streaming_content)


def test_several_readers_of_everything_are_all_served_whole(client: Client) -> None:
    readers: list[Any] = [client.get(flow(), headers=CSV) for _reader in range(4)]
    parts: list[list[bytes]] = [[] for _reader in readers]
    streams = [iter(answer.streaming_content) for answer in readers]
    open_streams = dict(enumerate(streams))

    while open_streams:
        for place, stream in list(open_streams.items()):
            piece = next(stream, None)
            if piece is None:
                del open_streams[place]
            else:
                parts[place].append(piece)

    assert [answer.status_code for answer in readers] == [200] * 4
    assert len({b"".join(pieces) for pieces in parts}) == 1
    assert len(b"".join(parts[0])) > 500


def test_turns_go_round_in_the_order_of_asking() -> None:
    turns, order = FairTurns(), list[int]()

    def write(number: int) -> None:
        with turns.turn():
            order.append(number)

    with turns.turn():
        threads = [threading.Thread(target=write, args=(number,)) for number in range(5)]
        for number, thread in enumerate(threads):
            thread.start()
            while len(turns._waiting) < number + 2:
                os.sched_yield()  # until it stands in the row
    for thread in threads:
        thread.join()

    assert order == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_streamed_is_kept_and_given_out_again_byte_by_byte(client: Client, kind: str) -> None:
    headers = {"Accept": KINDS[kind]}

    first = client.get(flow(), headers=headers)
    streamed = body(first)
    second = client.get(flow(), headers=headers)

    path = extracts.path_of(extracts.everybodys_desk("vi"), "INDICATORS", kind)
    assert path.read_bytes() == streamed == body(second)
    assert second["Accept-Ranges"] == "bytes"
    assert first["ETag"] == second["ETag"] == second["ETag"].removeprefix("W/")


def test_what_broke_off_is_taken_up_where_it_ended(client: Client) -> None:
    begun = client.get(flow(), headers=CSV)
    mark, whole = begun["ETag"], body(begun)

    rest = client.get(flow(), headers=CSV | {"Range": "bytes=100-", "If-Range": mark})
    middle = client.get(flow(), headers=CSV | {"Range": "bytes=10-19"})
    end = client.get(flow(), headers=CSV | {"Range": "bytes=-7"})
    other = client.get(flow(), headers=CSV | {"Range": "bytes=100-", "If-Range": '"of another publication"'})
    beyond = client.get(flow(), headers=CSV | {"Range": f"bytes={len(whole)}-"})

    assert (rest.status_code, whole[:100] + body(rest)) == (206, whole)
    assert rest["Content-Range"] == f"bytes 100-{len(whole) - 1}/{len(whole)}"
    assert (body(middle), body(end)) == (whole[10:20], whole[-7:])
    assert (other.status_code, body(other)) == (200, whole)
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(whole)}")


def test_who_goes_early_leaves_the_rest_to_a_worker(client: Client) -> None:
    answer: Any = client.get(flow(), headers=CSV)
    beginning = next(iter(answer.streaming_content))
    answer.close()
    path = extracts.path_of(extracts.everybodys_desk("vi"), "INDICATORS", "csv")
    was_there = path.exists()
    job = ProcrastinateJob.objects.get(task_name="sdmx.write_extract")

    write_extract(**job.args)

    assert not was_there
    assert path.read_bytes().startswith(beginning)
    assert list(path.parent.glob("*.half")) == []
    assert body(client.get(flow(), headers=CSV)) == path.read_bytes()


def test_only_what_everybody_may_see_is_kept(client: Client) -> None:
    from tinhso.blocks.sdmx.tests.test_sdmx_data import an_official_of  # makers of that file
    from tinhso.blocks.units.models import Unit

    client.force_login(an_official_of(Unit.objects.get(ref="p")), backend=settings.AUTHENTICATION_BACKENDS[-1])

    body(client.get(flow(), headers=CSV))
    body(Client().get(f"{flow()}?c[TIME_PERIOD]=ge:2024-06", headers=CSV))

    assert not extracts.path_of(extracts.everybodys_desk("vi"), "INDICATORS", "csv").parent.exists()
