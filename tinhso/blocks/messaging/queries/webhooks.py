"""What platforms call us with: whether it is theirs, and what it says. Nothing is believed before it is signed.

Zalo: ``X-ZEvent-Signature: mac=<hex>``, a plain SHA-256 over app id, raw body, the body's own timestamp and the key of
the official account. Messenger: ``X-Hub-Signature-256: sha256=<hex>``, HMAC-SHA256 with the app's secret over the raw
body.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tinhso.kernel.text import nfc

LONGEST_BODY = 256 * 1024
LONGEST_TEXT = 4000
MOST_FILES = 10
MOST_EVENTS = 200
ZALO_EVENTS = {
    "user_send_text": "text",
    "user_send_image": "photo",
    "user_send_gif": "other",
    "user_send_sticker": "other",
    "user_send_link": "text",
    "user_send_audio": "other",
    "user_send_video": "other",
    "user_send_file": "other",
    "user_send_location": "place",
    "follow": "follow",
}


class BadBody(Exception):
    """A body that is not what the platform sends."""


@dataclass(frozen=True)
class ArrivedMessage:
    """One message: ``kind`` is text, photo, place, follow or other; ``sent_at`` by the platform's clock."""

    channel: str
    message_id: str
    sender: str
    kind: str
    sent_at: datetime
    text: str = ""
    choice: str = ""
    urls: tuple[str, ...] = ()
    longitude: float | None = None
    latitude: float | None = None


def is_from_zalo(text: str, body: bytes, *, app_id: str, secret: str) -> bool:
    """Whether the header ``said`` is what who knows ``secret`` writes over ``body``; takes the same time either way."""
    try:
        moment = _json_object(body).get("timestamp", "")
    except BadBody:
        return False
    if not secret or not app_id or isinstance(moment, (dict, list)):
        return False
    right = hashlib.sha256(app_id.encode() + body + str(moment).encode() + secret.encode()).hexdigest()
    return _is_same_secret(f"mac={right}", text)


def is_from_messenger(text: str, body: bytes, *, secret: str) -> bool:
    """The same for Messenger."""
    if not secret:
        return False
    return _is_same_secret("sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(), text)


def _is_same_secret(right: str, text: str) -> bool:
    return hmac.compare_digest(right.encode(), text.encode("utf-8", "replace"))


def from_zalo(body: bytes, *, app_id: str) -> list[ArrivedMessage]:
    """The message in a Zalo event; empty for events that say nothing to us. Raises :class:`BadBody`."""
    values = _json_object(body)
    if str(values.get("app_id", "")) != app_id:
        raise BadBody("app_id")
    kind = ZALO_EVENTS.get(str(values.get("event_name", "")))
    if kind is None:
        return []
    sent = _moment_of_milliseconds(values.get("timestamp"))
    sender = _word_member(_object_member(values, "follower" if kind == "follow" else "sender"), "id")
    message = _object_member(values, "message")
    number = _word_member(message, "msg_id", must=False) or f"{kind}:{sender}:{values.get('timestamp')}"
    files = _object_list(message.get("attachments"))
    longitude, latitude = _shared_place(files, "latitude", "longitude") if kind == "place" else (None, None)
    urls = tuple(_file_urls(files, {"image", "photo"})) if kind == "photo" else ()
    choice = "start" if kind == "follow" else ""
    return [
        ArrivedMessage(
            "zalo", number, sender, kind, sent, _message_text(message.get("text")), choice, urls, longitude, latitude
        )
    ]


def from_messenger(body: bytes) -> list[ArrivedMessage]:
    """The messages in a Messenger call, which may hold several. Raises :class:`BadBody`."""
    values = _json_object(body)
    if values.get("object") != "page":
        raise BadBody("object")
    events = [values for entry in _object_list(values.get("entry")) for values in _object_list(entry.get("messaging"))]
    if len(events) > MOST_EVENTS:
        raise BadBody("entry")
    return [arrived_message for event in events if (arrived_message := _of_messenger(event)) is not None]


def _of_messenger(values: Mapping[str, Any]) -> ArrivedMessage | None:
    message, button = _object_member(values, "message"), _object_member(values, "postback")
    if message.get("is_echo") or not (message or button):
        return None
    sender, sent = (
        _word_member(_object_member(values, "sender"), "id"),
        _moment_of_milliseconds(values.get("timestamp")),
    )
    if button:
        number = _word_member(button, "mid", must=False) or f"postback:{sender}:{values.get('timestamp')}"
        return ArrivedMessage("messenger", number, sender, "text", sent, "", _message_text(button.get("payload"))[:100])
    files = _object_list(message.get("attachments"))
    urls = tuple(_file_urls(files, {"image"}))
    longitude, latitude = _shared_place(files, "lat", "long")
    choice = _message_text(_object_member(message, "quick_reply").get("payload"))[:100]
    text = _message_text(message.get("text"))
    kind = "photo" if urls else "place" if longitude is not None else "text" if text or choice else "other"
    return ArrivedMessage(
        "messenger", _word_member(message, "mid"), sender, kind, sent, text, choice, urls, longitude, latitude
    )


def _json_object(body: bytes) -> Mapping[str, Any]:
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise BadBody("json") from problem
    if not isinstance(payload, dict):
        raise BadBody("json")
    return payload


def _object_member(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    member = values.get(name)
    return member if isinstance(member, dict) else {}


def _object_list(found: Any) -> list[Mapping[str, Any]]:
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _word_member(values: Mapping[str, Any], name: str, *, must: bool = True) -> str:
    member = values.get(name, "")
    word = _storable_text(str(member)).strip() if isinstance(member, (str, int)) else ""
    if len(word) > 250 or (must and not word):
        raise BadBody(name)
    return word


def _message_text(found: Any) -> str:
    return nfc(_storable_text(found) if isinstance(found, str) else "").strip()[:LONGEST_TEXT]


def _storable_text(text: str) -> str:
    """Without what the database cannot keep: half letters (lone surrogates) and NUL."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "")


def _moment_of_milliseconds(found: Any) -> datetime:
    """Milliseconds since 1970, as a number or written out."""
    try:
        return datetime.fromtimestamp(int(found) / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError) as problem:
        raise BadBody("timestamp") from problem


def _file_urls(files: list[Mapping[str, Any]], kinds: set[str]) -> Iterator[str]:
    for file in files[:MOST_FILES]:
        url = _object_member(file, "payload").get("url")
        if file.get("type") in kinds and isinstance(url, str) and len(url) <= 2000:
            yield _storable_text(url)


def _shared_place(files: list[Mapping[str, Any]], north: str, east: str) -> tuple[float | None, float | None]:
    """Longitude and latitude of the first place among the files; Nones where there is none on Earth."""
    for file in files:
        if file.get("type") == "location":
            values = _object_member(_object_member(file, "payload"), "coordinates")
            try:
                latitude, longitude = float(values[north]), float(values[east])
            except (KeyError, TypeError, ValueError):
                continue
            if abs(latitude) <= 90 and abs(longitude) <= 180:
                return longitude, latitude
    return None, None
