"""A simulator of a payment gateway and of a bank, for tests and demonstrations. No real money moves.

The gateway speaks VNPay's protocol 2.1.0 over plain HTTP on loopback; its signatures are written with primitives alone,
so that it shares nothing with the code that it tries. The bank lists what arrived as a CSV or XLSX statement and
pushes a signed notice.

    python -m tests.simulators.payment_gateway --port 9002 --code DEMO --secret … --ipn http://127.0.0.1:8000/pay/ipn/
                                               --bank-secret … --arrived http://127.0.0.1:8000/pay/arrived/
    GET  /paymentv2/vpcpay.html?vnp_…   where a payer is sent: a page with a button for each way it may end
    POST /decide                        txn=…&how=success | failure | twice | late | forged | wrong_amount | silent
    GET  /notices                       what was sent to the shop, and what it answered
    POST /bank/transfer                 {"bin", "account", "amount", "content", "payer", "notice": true}: money arrives
    GET  /bank/statement.csv, .xlsx     what arrived, as the bank's file
"""

import argparse
import csv
import hashlib
import hmac
import html
import io
import json
import sys
import threading
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import openpyxl

NOTICE = "payment simulator: no real money moves"
VIETNAM = timezone(timedelta(hours=7))
WAYS = {
    "success": "Trả tiền",
    "failure": "Không trả được",
    "twice": "Trả, báo hai lần",
    "late": "Trả, báo trễ",
    "forged": "Báo giả chữ ký",
    "wrong_amount": "Báo sai số tiền",
    "silent": "Trả, không báo",
}
PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Cổng thanh toán mô phỏng</title>
<meta name="viewport" content="width=device-width"></head><body><main><h1>Cổng thanh toán mô phỏng</h1>
<p><strong>Mô phỏng: không có tiền thật.</strong></p><p>{info}: {amount} đồng</p>
<form method="post" action="/decide"><input type="hidden" name="txn" value="{txn}">{buttons}</form>
</main></body></html>"""


@dataclass
class Shop:
    """Whom the gateway serves: its code and secret, and where it wants to be told; the bank's key and address too."""

    code: str
    secret: str
    ipn: str = ""
    bank_secret: str = ""
    arrived: str = ""


@dataclass
class Line:
    """Money that arrived at the bank."""

    id: str
    bin: str
    account: str
    day: str
    amount: int
    content: str
    payer: str


@dataclass
class Books:
    """What the simulator knows."""

    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    notices: list[dict[str, Any]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def sign(parts: dict[str, str], secret: str) -> str:
    """HMAC-SHA512 over the fields in the order of their names, written as a query."""
    pairs = sorted((name, value) for name, value in parts.items() if not name.startswith("vnp_SecureHash"))
    told = "&".join(f"{urllib.parse.quote_plus(name)}={urllib.parse.quote_plus(value)}" for name, value in pairs)
    return hmac.new(secret.encode(), told.encode(), hashlib.sha512).hexdigest()


class Service(ThreadingHTTPServer):
    """The gateway and the bank. ``late_seconds``: how long a late notice takes."""

    daemon_threads = True
    late_seconds = 3.0

    def __init__(self, shop: Shop, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.shop, self.books = shop, Books()

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def address(self) -> str:
        """Where payers are sent."""
        return f"{self.origin}/paymentv2/vpcpay.html"

    def ask(self, parts: dict[str, str]) -> str | None:
        """Take a payer in whose address the shop signed; None for an address that it did not."""
        if sign(parts, self.shop.secret) != parts.get("vnp_SecureHash") or parts.get("vnp_TmnCode") != self.shop.code:
            return None
        self.books.asked[parts["vnp_TxnRef"]] = parts
        buttons = " ".join(f'<button name="how" value="{how}">{words}</button>' for how, words in WAYS.items())
        amount = f"{int(parts['vnp_Amount']) // 100:,}".replace(",", ".")
        info, txn = (html.escape(parts[name]) for name in ("vnp_OrderInfo", "vnp_TxnRef"))
        return PAGE.format(info=info, amount=amount, txn=txn, buttons=buttons)

    def decide(self, txn: str, how: str) -> str:
        """End a payment, tell the shop as ``how`` says, and give the address the payer goes back to."""
        parts = self.books.asked[txn]
        told = self.result(parts, failed=how == "failure")
        if how == "late":
            threading.Timer(self.late_seconds, self.tell, [told]).start()
        elif how == "forged":
            self.tell(told | {"vnp_SecureHash": sign(told, "guessed")})
        elif how == "wrong_amount":
            wrong = {**told, "vnp_Amount": str(int(told["vnp_Amount"]) // 2)}
            self.tell(wrong | {"vnp_SecureHash": sign(wrong, self.shop.secret)})
        elif how != "silent":
            for _time in range(2 if how == "twice" else 1):
                self.tell(told)
        return f"{parts['vnp_ReturnUrl']}?{urllib.parse.urlencode(told)}"

    def result(self, parts: dict[str, str], *, failed: bool = False) -> dict[str, str]:
        """What a payment came to, signed."""
        told = {name: parts[name] for name in ("vnp_TmnCode", "vnp_Amount", "vnp_OrderInfo", "vnp_TxnRef")}
        told |= {
            "vnp_BankCode": "NCB",
            "vnp_PayDate": datetime.now(VIETNAM).strftime("%Y%m%d%H%M%S"),
            "vnp_TransactionNo": str(int(hashlib.sha256(parts["vnp_TxnRef"].encode()).hexdigest()[:12], 16)),
            "vnp_ResponseCode": "24" if failed else "00",
            "vnp_TransactionStatus": "02" if failed else "00",
        }
        return told | {"vnp_SecureHash": sign(told, self.shop.secret)}

    def tell(self, told: dict[str, str]) -> None:
        """Send the notice to the shop and keep its answer."""
        try:
            with urllib.request.urlopen(f"{self.shop.ipn}?{urllib.parse.urlencode(told)}", timeout=20) as answer:
                said = json.loads(answer.read())
        except (OSError, ValueError) as error:
            said = {"error": str(error)}
        self.books.notices.append({"sent": told, "answer": said})

    def transfer(self, told: dict[str, Any]) -> Line:
        """Let money arrive at the bank, and push a notice unless told not to."""
        number = f"FT{datetime.now(VIETNAM):%y%m%d}{len(self.books.lines) + 1:06d}"
        day = str(told.get("day") or datetime.now(VIETNAM).date().isoformat())
        words = {name: str(told.get(name, "")) for name in ("bin", "account", "content", "payer")}
        line = Line(id=str(told.get("id") or number), day=day, amount=int(told["amount"]), **words)
        self.books.lines.append(line)
        if told.get("notice", True) and self.shop.arrived:
            self.push(line)
        return line

    def push(self, line: Line) -> None:
        """Tell the shop that money arrived, signed over the time and the bytes."""
        body, moment = json.dumps(line.__dict__).encode(), str(int(time.time()))
        signed = hmac.new(self.shop.bank_secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Signature": f"t={moment},v1={signed}"}
        try:
            request = urllib.request.Request(self.shop.arrived, body, headers)
            with urllib.request.urlopen(request, timeout=20) as answer:
                said = json.loads(answer.read())
        except (OSError, ValueError) as error:
            said = {"error": str(error)}
        self.books.notices.append({"sent": line.__dict__, "answer": said})

    def rows(self) -> list[list[object]]:
        """The statement, headings first."""
        head: list[object] = ["Mã giao dịch", "Ngày", "Số tiền", "Nội dung", "Người chuyển"]
        days = [datetime.fromisoformat(line.day).strftime("%d/%m/%Y") for line in self.books.lines]
        return [
            head,
            *(
                [one.id, day, one.amount, one.content, one.payer]
                for one, day in zip(self.books.lines, days, strict=True)
            ),
        ]

    def statement(self, ending: str) -> bytes:
        """The statement as a file."""
        if ending == "csv":
            out = io.StringIO()
            csv.writer(out).writerows(self.rows())
            return out.getvalue().encode()
        book, packed = openpyxl.Workbook(), io.BytesIO()
        sheet = book.worksheets[0]
        sheet.append(["NGÂN HÀNG MÔ PHỎNG: không có tiền thật"])
        for row in self.rows():
            sheet.append(row)
        book.save(packed)
        return packed.getvalue()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Service
    server_version = "payment-simulator"
    sys_version = ""

    def do_GET(self) -> None:
        """Show the payment page, what was told, or a statement."""
        address = urllib.parse.urlsplit(self.path)
        if address.path == "/paymentv2/vpcpay.html":
            page = self.server.ask(dict(urllib.parse.parse_qsl(address.query)))
            return self._send(200 if page else 403, (page or NOTICE).encode(), "text/html; charset=utf-8")
        if address.path == "/notices":
            return self._answer(200, {"notices": self.server.books.notices})
        if address.path.startswith("/bank/statement."):
            ending = address.path.rpartition(".")[2]
            return self._send(200, self.server.statement(ending), "application/octet-stream")
        return self._answer(404, {})

    def do_POST(self) -> None:
        """End a payment, or let money arrive."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/bank/transfer":
            return self._answer(201, self.server.transfer(json.loads(body)).__dict__)
        told = dict(urllib.parse.parse_qsl(body.decode()))
        if self.path != "/decide" or told.get("txn") not in self.server.books.asked or told.get("how") not in WAYS:
            return self._answer(404, {})
        self.send_response(303)
        self.send_header("Location", self.server.decide(told["txn"], told["how"]))
        self.send_header("Content-Length", "0")
        return self.end_headers()

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        text = json.dumps(body | {"notice": NOTICE}, ensure_ascii=False).encode()
        self._send(status, text, "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing of each request."""


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=NOTICE)
    parser.add_argument("--port", type=int, default=9002)
    for name in ("code", "secret", "ipn", "bank-secret", "arrived"):
        parser.add_argument(f"--{name}", default="" if name in ("ipn", "bank-secret", "arrived") else "DEMO")
    given = parser.parse_args()
    shop = Shop(given.code, given.secret, given.ipn, given.bank_secret, given.arrived)
    service = Service(shop, given.port)
    print(f"{NOTICE}\n{service.origin}   TINHSO_PAYMENT_GATEWAY_URL={service.address}", flush=True)
    try:
        service.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
