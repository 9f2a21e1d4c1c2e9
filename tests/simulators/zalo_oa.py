"""A simulator of Zalo's official account, for tests and demonstrations. Nobody's Zalo hears of it.

Signs its calls as Zalo does (a plain SHA-256 over app id, raw body, timestamp and the account's key), takes customer
service messages for a token that it gives for a refresh token, each of which works once, and shows a person's chat.

    python -m tests.simulators.zalo_oa --port 9003 --webhook http://127.0.0.1:8000/channels/zalo/webhook
                                       --app 1234567890 --key … --app-secret … --refresh …
    GET  /                              the chat of ?person=dan-1, in a browser
    POST /v4/oa/access_token            a token for a refresh token
    POST /v3.0/oa/message/cs            what a program tells somebody
    GET  /inbox/<person>                what somebody was told
    POST /trouble                       {"status": 503, "times": 2} or {"error": -32}: how the next requests end
"""

import argparse
import hashlib
import json
import secrets
import sys
import time
import urllib.parse
from typing import Any

from tests.simulators.chat import Message, Person, Platform

WINDOW = 48 * 3600


class Zalo(Platform):
    """The official account of an app."""

    title = "Zalo OA mô phỏng"
    notice = "Zalo simulator: nobody's Zalo is written to"

    def __init__(self, *, app: str, key: str, app_secret: str, refresh: str, webhook: str = "", port: int = 0) -> None:
        super().__init__(webhook, port)
        self.app, self.key, self.app_secret = app, key, app_secret
        self.refresh = {refresh}
        self.tokens: set[str] = set()

    def event(self, person: Person, message: Message) -> bytes:
        """As Zalo writes it; buttons come back as their words."""
        told: dict[str, Any] = {"msg_id": message.number}
        name = "user_send_text"
        if message.picture:
            name, payload = "user_send_image", {"url": message.picture, "thumbnail": message.picture}
            told["attachments"] = [{"type": "image", "payload": payload}]
        elif message.place:
            longitude, latitude = message.place
            coordinates = {"latitude": f"{latitude:.6f}", "longitude": f"{longitude:.6f}"}
            name, told["attachments"] = (
                "user_send_location",
                [{"type": "location", "payload": {"coordinates": coordinates}}],
            )
        if message.text:
            told["text"] = message.text
        body = {
            "app_id": self.app,
            "sender": {"id": person.number},
            "recipient": {"id": "oa_simulated"},
            "event_name": name,
            "message": told,
            "timestamp": str(message.at),
        }
        return json.dumps(body, ensure_ascii=False).encode()

    def signed(self, body: bytes, *, forged: bool = False) -> dict[str, str]:
        """``X-ZEvent-Signature``."""
        stamp, key = json.loads(body)["timestamp"], "guessed" if forged else self.key
        mac = hashlib.sha256(self.app.encode() + body + stamp.encode() + key.encode()).hexdigest()
        return {"X-ZEvent-Signature": f"mac={mac}"}

    def api(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]] | None:
        """Tokens and messages; Zalo answers 200 and says in ``error`` what went wrong."""
        if path == "/v4/oa/access_token":
            return 200, self.token(headers, dict(urllib.parse.parse_qsl(body.decode())))
        if path == "/v3.0/oa/message/cs":
            return 200, self.message(headers, json.loads(body))
        return None

    def token(self, headers: dict[str, str], asked: dict[str, str]) -> dict[str, Any]:
        """Another pair of tokens; each refresh token works once."""
        good = headers.get("secret_key") == self.app_secret and asked.get("app_id") == self.app
        if not good or asked.get("grant_type") != "refresh_token" or asked.get("refresh_token") not in self.refresh:
            return {"error": -14014, "error_name": "Invalid refresh token", "error_description": "simulated"}
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.refresh, self.tokens = {refresh}, {access}
        return {"access_token": access, "refresh_token": refresh, "expires_in": "90000"}

    def message(self, headers: dict[str, str], told: dict[str, Any]) -> dict[str, Any]:
        """Tell somebody something, if they wrote lately."""
        number, text = str(told["recipient"]["user_id"]), str(told["message"]["text"])
        if headers.get("x-trouble"):
            return {"error": int(headers["x-trouble"]), "message": "as told to answer"}
        if headers.get("access_token") not in self.tokens:
            return {"error": -216, "message": "Access token is invalid"}
        if number not in self.people:
            return {"error": -213, "message": "User has not followed OA"}
        if time.time() - self.people[number].wrote_at > WINDOW:
            return {"error": -230, "message": "User has not interacted with the OA in the past days"}
        if not 0 < len(text) <= 2000:
            return {"error": -210, "message": "Parameter exceeds the allowable limit"}
        self.hear(number, text, [])
        return {"error": 0, "message": "Success", "data": {"message_id": secrets.token_hex(10), "user_id": number}}


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=9003)
    for name in ("webhook", "app", "key", "app-secret", "refresh"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    server = Zalo(
        app=given.app,
        key=given.key,
        app_secret=given.app_secret,
        refresh=given.refresh,
        webhook=given.webhook,
        port=given.port,
    )
    print(f"{Zalo.notice}: {server.origin}/", file=sys.stderr, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
