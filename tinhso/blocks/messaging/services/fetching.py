"""Pictures that people sent: fetched from where the platform keeps them, looked into, kept under their hash."""

import hashlib
import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.db import transaction
from django.utils import translation
from procrastinate.contrib.django import app as queue

from tinhso.blocks.audit import services as audit
from tinhso.blocks.messaging.models import Received
from tinhso.blocks.messaging.queries import blobs, channels, looking, wording
from tinhso.blocks.messaging.queries.rules import ConversationLimits, rules
from tinhso.blocks.messaging.services import answering, receiving, wire
from tinhso.kernel import apart
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused, gettext_noop

State = Received.State
LIMITS = apart.ProcessLimits(memory=1_500_000_000, seconds=30, patience=60)
ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}
WRONG = {
    "wrong_type": gettext_noop("chỉ nhận ảnh JPEG hoặc PNG."),
    "two_in_one": gettext_noop("trong tệp có lẫn dữ liệu khác."),
    "too_many_pixels": gettext_noop("ảnh quá lớn."),
    "too_heavy": gettext_noop("ảnh quá nặng."),
    "broken_file": gettext_noop("ảnh hỏng, không mở được."),
    "too_big": gettext_noop("tệp quá lớn."),
    "too_many": gettext_noop("hôm nay bạn đã gửi quá nhiều ảnh."),
}


def fetch_picture(*, pk: int, by: Actor, now: datetime) -> Received:
    """Fetch one picture; where that fails it is tried again later, a few times. Its person is told in the end."""
    by.must_be_able_to("fetch pictures")
    received, spoken = Received.objects.select_related("incoming__correspondent").get(pk=pk), rules().limits
    if received.state != State.WAITING:
        return received
    received.tries += 1
    try:
        if channels.pictures_before(received, since=now - timedelta(days=1)) >= spoken.pictures_a_day:
            raise Refused("too_many", WRONG["too_many"])
        answer = wire.fetch_url(received.url, settings.MEDIA_HOSTS, longest=spoken.file_bytes)
        if answer.status == 200:
            keep_picture(received, answer.body, spoken, is_whole=answer.is_whole)
        elif answer.status >= 500 or answer.status in (408, 425, 429):
            raise wire.NotReached(f"HTTP {answer.status}")
        else:
            received.state, received.why = State.DEAD, f"HTTP {answer.status}"
    except wire.NotReached as problem:
        received.why = str(problem)[:200]
        received.state = State.DEAD if received.tries >= spoken.tries else State.WAITING
    except Refused as refusal:
        with translation.override(received.incoming.correspondent.language):
            received.state, received.why = State.REFUSED, refusal.message[:200]
    _save_result(received, spoken, by, now)
    return received


@transaction.atomic
def _save_result(one: Received, spoken: ConversationLimits, by: Actor, now: datetime) -> None:
    one.save()
    if one.state == State.WAITING:
        again = now + min(spoken.first * 2 ** min(one.tries - 1, 20), timedelta(minutes=5))
        queue.configure_task("messaging.fetch", lock=f"fetch:{one.pk}", schedule_at=again).defer(received_id=one.pk)
        return
    who = one.incoming.correspondent
    if one.state != State.KEPT:
        why = one.why if one.state == State.REFUSED else ""
        text, _none = wording.in_language(who.language, lambda: (wording.picture_refused(why), []))
        answering.queue_reply(who, text, now=now, key=f"picture:{one.pk}")
        audit.record(by=by, did="refused picture", to=who, after={"why": one.why})
    receiving.queue_hearing(who)


def keep_picture(received: Received, body: bytes, spoken: ConversationLimits, *, is_whole: bool = True) -> None:
    """Look into the bytes and keep them; refuses what is no harmless picture. Does not save ``one``."""
    if not is_whole or len(body) > spoken.file_bytes:
        raise Refused("too_big", WRONG["too_big"])
    folder = blobs.received_folder() / ".incoming"
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, delete=False) as temporary_file:
        temporary_file.write(body)
        temporary_file.flush()
        os.fsync(temporary_file.fileno())
    path = Path(temporary_file.name)
    try:
        received.kind = _looked_into(path, spoken)
        received.sha256, received.size = hashlib.sha256(body).hexdigest(), len(body)
        received.name = received.name or f"anh-{received.incoming_id}-{received.position}.{ENDINGS[received.kind]}"
        place = blobs.path_of(received.sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, place)
        received.state, received.why = State.KEPT, ""
    finally:
        path.unlink(missing_ok=True)


def _looked_into(path: Path, spoken: ConversationLimits) -> str:
    """The media type, by a program of its own that a broken picture may break."""
    try:
        file_facts = json.loads(
            apart.program_output(looking.__file__, str(path), str(spoken.file_pixels), limits=LIMITS)
        )
    except (apart.ProcessBroken, ValueError):
        file_facts = {"code": "too_heavy"}
    code = str(file_facts.get("code", ""))
    if code:
        raise Refused(code, WRONG.get(code, WRONG["broken_file"]))
    return str(file_facts["type"])
