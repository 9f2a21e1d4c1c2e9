"""Makers for conversations: a stand-in for who takes reports, signed calls of platforms, and the worker's round."""

import hashlib
import hmac
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.test import Client
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from tinhso.blocks.messaging import jobs, services
from tinhso.blocks.messaging.contract import INTAKES, IntakeResult, KnownReport, TalkChoice, TalkDraft
from tinhso.blocks.messaging.models import Correspondent, Outgoing
from tinhso.blocks.messaging.queries.webhooks import ArrivedMessage
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

APP, KEY, APP_SECRET = "1234567890", "oa_secret_demo", "fb_secret_demo"
REGISTERED = dict(INTAKES)  # by the apps, as they started
TASKS: dict[str, Any] = {
    "messaging.hear": jobs.hear_correspondent,
    "messaging.say": jobs.send_replies,
    "messaging.fetch": jobs.fetch_picture,
}


@dataclass
class StandIn:
    """Takes reports as a domain would, and remembers what it was asked."""

    taken: dict[str, TalkDraft] = field(default_factory=dict)
    asked: int = 0
    known: tuple[KnownReport, ...] = ()
    followed: list[tuple[str, str, str]] = field(default_factory=list)
    refusal: str = ""

    def categories(self, *, day: date) -> Sequence[TalkChoice]:
        return [TalkChoice("rac", "Rác thải"), TalkChoice("duong", "Đường sá"), TalkChoice("den", "Đèn chiếu sáng")]

    def suggest(self, *, text: str, day: date) -> Sequence[TalkChoice]:
        return [one for one in self.categories(day=day) if one.code == "duong" and "đường" in text.lower()]

    def nearby(
        self, *, longitude: float, latitude: float, category: str, text: str, now: datetime
    ) -> Sequence[KnownReport]:
        return self.known

    def take(self, draft: TalkDraft, *, now: datetime) -> IntakeResult:
        self.asked += 1
        if self.refusal:
            raise Refused("refused", self.refusal)
        self.taken.setdefault(draft.request, draft)
        ref = f"PA-{list(self.taken).index(draft.request) + 1}"
        return IntakeResult(ref, f"/reports/{ref}/", f"Đã nhận phản ánh {ref}.")

    def follow(self, ref: str, *, channel: str, sender: str, now: datetime) -> IntakeResult:
        self.followed.append((ref, channel, sender))
        return IntakeResult(ref, f"/reports/{ref}/", f"Bạn sẽ được báo tin về {ref}.")

    def status(self, ref: str, *, channel: str, sender: str, now: datetime) -> str:
        if ref != "PA-1":
            raise Refused("no_such_report", "Không tìm thấy phản ánh này.")
        return "PA-1: đang xử lý."


def set_up(settings: Any, folder: Path) -> StandIn:
    """Both platforms are on, pictures lie in ``folder``, and a stand-in takes what is reported."""
    settings.ZALO_APP_ID, settings.ZALO_SECRET = APP, KEY
    settings.MESSENGER_SECRET, settings.MESSENGER_VERIFY = APP_SECRET, "cau-hoi"
    settings.CHANNEL_FILES = str(folder / "channel-files")
    settings.PROVINCE_DIR = folder
    (folder / "province.toml").write_text('name = "Tỉnh Hai Sông"\nname_en = "Hai Song"\n', encoding="utf-8")
    found = StandIn()
    INTAKES.clear()
    INTAKES["stand-in"] = found
    return found


def put_back() -> None:
    """Whoever takes reports otherwise does so again."""
    INTAKES.clear()
    INTAKES.update(REGISTERED)


def moment(seconds: float = 0) -> int:
    """Milliseconds of a platform's clock, ``seconds`` after now."""
    return int((clock.now().timestamp() + seconds) * 1000)


def zalo_event(message: dict[str, Any], *, kind: str = "user_send_text", at: int = 0, sender: str = "u1") -> bytes:
    """The body of an event as Zalo writes it."""
    told = {
        "app_id": APP,
        "sender": {"id": sender},
        "recipient": {"id": "oa"},
        "event_name": kind,
        "message": message,
        "timestamp": str(at or moment()),
    }
    return json.dumps(told, ensure_ascii=False).encode()


def zalo_mac(body: bytes, *, key: str = KEY) -> str:
    """Zalo's signature."""
    stamp = str(json.loads(body)["timestamp"])
    return "mac=" + hashlib.sha256(APP.encode() + body + stamp.encode() + key.encode()).hexdigest()


def zalo(client: Client, text: str = "", number: str = "m1", **more: Any) -> Any:
    """Let Zalo deliver a text."""
    return zalo_sends(client, zalo_event({"text": text, "msg_id": number}, **more))


def zalo_sends(client: Client, body: bytes) -> Any:
    """Let Zalo deliver a body."""
    return client.post(
        "/channels/zalo/webhook", body, "application/json", headers={"X-ZEvent-Signature": zalo_mac(body)}
    )


def zalo_place(client: Client, longitude: float, latitude: float, number: str, **more: Any) -> Any:
    """Let Zalo deliver a place."""
    told = {"coordinates": {"latitude": str(latitude), "longitude": str(longitude)}}
    message = {"msg_id": number, "attachments": [{"type": "location", "payload": told}]}
    return zalo_sends(client, zalo_event(message, kind="user_send_location", **more))


def zalo_photo(client: Client, url: str, number: str, **more: Any) -> Any:
    """Let Zalo deliver a picture."""
    message = {"msg_id": number, "attachments": [{"type": "image", "payload": {"url": url, "thumbnail": url}}]}
    return zalo_sends(client, zalo_event(message, kind="user_send_image", **more))


def messenger_sends(client: Client, *messaging: dict[str, Any]) -> Any:
    """Let Messenger deliver events."""
    body = json.dumps({"object": "page", "entry": [{"id": "PAGE", "time": moment(), "messaging": list(messaging)}]})
    mac = hmac.new(APP_SECRET.encode(), body.encode(), hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={mac}"}
    return client.post("/channels/messenger/webhook", body, "application/json", headers=headers)


def messenger_event(
    text: str = "", number: str = "m1", *, at: int = 0, sender: str = "p1", **more: Any
) -> dict[str, Any]:
    """One event as Messenger writes it."""
    message = {"mid": number, **({"text": text} if text else {}), **more}
    return {"sender": {"id": sender}, "recipient": {"id": "PAGE"}, "timestamp": at or moment(), "message": message}


def a_correspondent(sender: str = "nguoi-dan-84321") -> Correspondent:
    """Somebody who wrote on Zalo of a road and of where it is, was asked more, and could not be told something."""
    now, by, former = clock.now(), jobs.WORKER, dict(INTAKES)
    INTAKES.clear()
    INTAKES["stand-in"] = StandIn()
    try:
        told = [
            ArrivedMessage("zalo", f"{sender}-1", sender, "text", now, "Đường hỏng trước chợ <b>An Bình</b>"),
            ArrivedMessage("zalo", f"{sender}-2", sender, "place", now, longitude=106.375, latitude=10.241),
        ]
        services.receive_messages(arrived=told, by=by, now=now)
        who = Correspondent.objects.get(sender=sender)
        services.converse(ref=who.ref, by=by, now=now)
    finally:
        INTAKES.clear()
        INTAKES.update(former)
    services.queue_notice(channel="zalo", sender=sender, text="Đã chuyển tới xã An Bình.", now=now, key="journey")
    who.outgoing.filter(key="journey", state="waiting").update(
        state="dead", tries=8, last_error="-201 Params is invalid"
    )
    return who


def a_picture(colour: str = "#c04030", *, kind: str = "JPEG", size: int = 40) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(out, kind)
    return out.getvalue()


def work(*names: str, rounds: int = 20) -> int:
    """Run what the worker would, due or not, until nothing is left; says how many jobs."""
    done = 0
    for _round in range(rounds):
        waiting = ProcrastinateJob.objects.filter(status="todo", task_name__in=names or list(TASKS)).order_by("pk")
        batch = list(waiting)
        if not batch:
            return done
        for job in batch:
            _delete(job.pk)
            TASKS[job.task_name](**job.args)
            done += 1
    raise AssertionError("the worker never ends")


def _delete(pk: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_events WHERE job_id = %s", [pk])
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [pk])


def forget_jobs() -> None:
    """Lose all jobs, as with a worker that died for good."""
    for pk in ProcrastinateJob.objects.values_list("pk", flat=True):
        _delete(pk)


def hear() -> int:
    """Let the worker look at what was said, and say nothing yet."""
    return work("messaging.hear")


def sent_texts() -> list[str]:
    """All that was to be told, in order."""
    return list(Outgoing.objects.order_by("pk").values_list("text", flat=True))
