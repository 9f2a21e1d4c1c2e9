"""A simulator of Facebook Messenger, for tests and demonstrations. Nobody's Messenger hears of it.

Asks the receiver for its challenge, signs its calls (HMAC-SHA256 over the raw body), takes messages with quick replies
for a page's token, and shows a person's chat.

    python -m tests.simulators.messenger --port 9004 --webhook http://127.0.0.1:8000/channels/messenger/webhook
                                         --secret … --verify … --token …
    GET  /                the chat of ?person=dan-1, in a browser
    POST /me/messages     what a program tells somebody
    GET  /inbox/<person>  what somebody was told
    POST /trouble         {"status": 503, "times": 2} or {"error": 613}: how the next requests end
"""

import argparse
import hashlib
import hmac
import json
import secrets
import sys
import time
import urllib.parse
import urllib.request
from typing import Any

from tests.simulators.chat import Message, Person, Platform

WINDOW = 24 * 3600


class Messenger(Platform):
    """A page on Messenger."""

    title = "Messenger mô phỏng"
    notice = "Messenger simulator: nobody's Messenger is written to"

    def __init__(self, *, secret: str, verify: str, token: str, webhook: str = "", port: int = 0) -> None:
        super().__init__(webhook, port)
        self.secret, self.verify, self.token = secret, verify, token

    def subscribe(self) -> bool:
        """Ask the receiver whether it is the one that knows what was agreed."""
        challenge = secrets.token_hex(8)
        asked = {"hub.mode": "subscribe", "hub.verify_token": self.verify, "hub.challenge": challenge}
        with urllib.request.urlopen(f"{self.webhook}?{urllib.parse.urlencode(asked)}", timeout=20) as answer:
            return bool(answer.read().decode() == challenge)

    def event(self, person: Person, message: Message) -> bytes:
        """As Messenger writes it."""
        told: dict[str, Any] = {"mid": message.number}
        if message.text:
            told["text"] = message.text
        if message.payload:
            told["quick_reply"] = {"payload": message.payload}
        if message.picture:
            told["attachments"] = [{"type": "image", "payload": {"url": message.picture}}]
        elif message.place:
            coordinates = {"lat": message.place[1], "long": message.place[0]}
            told["attachments"] = [{"type": "location", "payload": {"coordinates": coordinates}}]
        one = {"sender": {"id": person.number}, "recipient": {"id": "PAGE"}, "timestamp": message.at, "message": told}
        body = {"object": "page", "entry": [{"id": "PAGE", "time": message.at, "messaging": [one]}]}
        return json.dumps(body, ensure_ascii=False).encode()

    def signed(self, body: bytes, *, forged: bool = False) -> dict[str, str]:
        """``X-Hub-Signature-256``."""
        secret = b"guessed" if forged else self.secret.encode()
        return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()}

    def api(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]] | None:
        """Messages to people."""
        if path != "/me/messages":
            return None
        told = json.loads(body)
        number, said = str(told["recipient"]["id"]), told["message"]
        wrong = self.wrong(headers, number, said)
        if wrong:
            return 400, {"error": {"code": wrong, "message": "simulated"}}
        self.hear(number, said["text"], said.get("quick_replies", []))
        return 200, {"recipient_id": number, "message_id": f"m_{secrets.token_hex(10)}"}

    def wrong(self, headers: dict[str, str], number: str, said: dict[str, Any]) -> int:
        """The error that a request deserves; 0 for none."""
        buttons = said.get("quick_replies", [])
        checks = {
            int(headers.get("x-trouble", 0)): "x-trouble" in headers,
            190: headers.get("authorization") != f"Bearer {self.token}",
            551: number not in self.people,
            10: number in self.people and time.time() - self.people[number].wrote_at > WINDOW,
            100: not 0 < len(said["text"]) <= 2000
            or len(buttons) > 13
            or any(len(one["title"]) > 20 for one in buttons),
        }
        return next((code for code, found in checks.items() if found), 0)


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=9004)
    for name in ("webhook", "secret", "verify", "token"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    server = Messenger(
        secret=given.secret, verify=given.verify, token=given.token, webhook=given.webhook, port=given.port
    )
    print(f"{Messenger.notice}: {server.origin}/", file=sys.stderr, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
