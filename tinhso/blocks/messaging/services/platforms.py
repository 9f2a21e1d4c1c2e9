"""Speaking with Zalo, with Messenger, and by mail."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.messaging.contract import with_secret
from tinhso.blocks.messaging.models import ChannelKey, Correspondent, Outgoing
from tinhso.blocks.messaging.queries.rules import rules
from tinhso.blocks.messaging.services import wire

Speaker = Callable[[Correspondent, Outgoing], str]
EARLY = timedelta(minutes=2)  # before its end at which a token is not trusted any more
LATER = {408, 425, 429}
MOST_BUTTONS, LONGEST_BUTTON = 13, 20  # of Messenger's quick replies


class NotDelivered(Exception):
    """The platform did not take it, but may another time."""


class Rejected(Exception):
    """The platform does not want this message: sending it again would not help."""


class TokenEnded(Exception):
    """The platform does not know our token any more; with another one it may go well."""


def open_line(channel: str, *, now: datetime, fresh: bool = False) -> Speaker:
    """How to speak on a channel: gives the platform's number of what was sent.

    Call it in no transaction: a token that the platform gave once must not be lost with a message that failed.
    ``fresh``: with another token than before.
    """
    if channel != "zalo":
        return _send_messenger if channel == "messenger" else by_mail
    try:
        return partial(_send_zalo, token=zalo_token(now=now, fresh=fresh), is_fresh=fresh)
    except NotDelivered as problem:
        return partial(_refuse_closed, why=str(problem))


def _refuse_closed(who: Correspondent, one: Outgoing, *, why: str) -> str:
    raise NotDelivered(why)


def _send_zalo(who: Correspondent, outgoing: Outgoing, *, token: str, is_fresh: bool) -> str:
    body = {"recipient": {"user_id": who.sender}, "message": {"text": with_secret(outgoing.text, outgoing.secret)}}
    values = _post_json(f"{settings.ZALO_URL}/v3.0/oa/message/cs", body, {"access_token": token})
    error, codes = _error_number(values.get("error")), rules().zalo
    if error == 0:
        return str(_object_member(values, "data").get("message_id", ""))
    if error in codes.token and not is_fresh:
        raise TokenEnded
    text = f"{error} {values.get('message', '')}".strip()
    raise (NotDelivered if error in codes.later | codes.token else Rejected)(text)


def _send_messenger(who: Correspondent, outgoing: Outgoing) -> str:
    buttons = [
        {"content_type": "text", "title": str(choice["name"])[:LONGEST_BUTTON], "payload": choice["code"]}
        for choice in outgoing.choices[:MOST_BUTTONS]
    ]
    message: dict[str, Any] = {"text": with_secret(outgoing.text, outgoing.secret)} | (
        {"quick_replies": buttons} if buttons else {}
    )
    body = {"recipient": {"id": who.sender}, "messaging_type": "RESPONSE", "message": message}
    values = _post_json(
        f"{settings.MESSENGER_URL}/me/messages", body, {"Authorization": f"Bearer {settings.MESSENGER_TOKEN}"}
    )
    if "error" not in values:
        return str(values.get("message_id", ""))
    codes, problem = rules().messenger, _object_member(values, "error")
    number = _error_number(problem.get("code"))
    text = f"{number} {problem.get('message', '')}".strip()
    raise (NotDelivered if number in codes.later | codes.token else Rejected)(text)


def by_mail(who: Correspondent, outgoing: Outgoing) -> str:
    """Send as mail: to who writes by mail, or to the address that somebody gave. Marked so that no machine answers."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ") or "localhost"
    number = f"<reply-{who.ref}-{outgoing.number}@{domain}>"
    headers = {"Message-ID": number, "Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    if outgoing.answers:
        headers |= {"In-Reply-To": outgoing.answers, "References": outgoing.answers}
    to = who.sender if who.channel == "email" else who.contact
    try:
        words = with_secret(outgoing.text, outgoing.secret)
        EmailMessage(subject=outgoing.subject or _("Phản ánh của bạn"), body=words, to=[to], headers=headers).send()
    except OSError as problem:
        raise NotDelivered(type(problem).__name__) from problem
    except ValueError as problem:
        raise Rejected(type(problem).__name__) from problem
    return number


def zalo_token(*, now: datetime, fresh: bool = False) -> str:
    """A token that is valid for a while; ``fresh``: another than the one at hand. Each refresh token works once."""
    seed = hashlib.sha256(settings.ZALO_REFRESH_TOKEN.encode()).hexdigest()
    with transaction.atomic():
        start = {"refresh": settings.ZALO_REFRESH_TOKEN, "seed": seed, "ends_at": now}
        ChannelKey.objects.get_or_create(channel="zalo", defaults=start)
        key = ChannelKey.objects.select_for_update().get(channel="zalo")
        if key.seed != seed and settings.ZALO_REFRESH_TOKEN:
            key.refresh, key.access, key.seed, key.ends_at = settings.ZALO_REFRESH_TOKEN, "", seed, now
        if key.access and key.ends_at > now + EARLY and not fresh:
            return key.access
        form_values = {"refresh_token": key.refresh, "app_id": settings.ZALO_APP_ID, "grant_type": "refresh_token"}
        headers = {"secret_key": settings.ZALO_APP_SECRET, "Content-Type": "application/x-www-form-urlencoded"}
        values = _json_answer(f"{settings.ZALO_LOGIN_URL}/v4/oa/access_token", urlencode(form_values).encode(), headers)
        if not values.get("access_token") or not values.get("refresh_token"):
            raise NotDelivered(f"token: {values.get('error', '?')} {values.get('error_name', '')}".strip())
        key.access, key.refresh = str(values["access_token"]), str(values["refresh_token"])
        key.ends_at = now + timedelta(seconds=max(0, _error_number(values.get("expires_in"))))
        key.save()
        return key.access


def _post_json(address: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Mapping[str, Any]:
    raw = json.dumps(body, ensure_ascii=False).encode()
    return _json_answer(address, raw, {"Content-Type": "application/json", **headers})


def _json_answer(address: str, body: bytes, headers: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        answer = wire.request_url("POST", address, body, headers)
    except wire.NotReached as problem:
        raise NotDelivered(str(problem)) from problem
    if answer.status >= 500 or answer.status in LATER:
        raise NotDelivered(f"HTTP {answer.status}")
    try:
        answer_values = json.loads(answer.body)
    except (ValueError, RecursionError) as problem:
        raise NotDelivered(f"HTTP {answer.status}, no JSON") from problem
    if not isinstance(answer_values, dict):
        raise NotDelivered(f"HTTP {answer.status}, no JSON")
    if answer.status >= 400 and "error" not in answer_values:
        raise Rejected(f"HTTP {answer.status}")
    return answer_values


def _object_member(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    member = values.get(name)
    return member if isinstance(member, dict) else {}


def _error_number(found: Any) -> int:
    try:
        return int(found)
    except (TypeError, ValueError):
        return -1
