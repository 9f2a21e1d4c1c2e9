"""The key by which whoever told a report opens it, and the codes that show that a phone or an address is theirs.

Both are keyed hashes, kept nowhere: they can be sent again, and cannot be worked out by who knows other references.
"""

import hmac
from hashlib import sha256

from django.conf import settings
from django.urls import reverse

from tinhso.blocks.messaging.contract import secret_mark
from tinhso.kernel.refs import ALPHABET
from tinhso.society.field_reports.models import Follower, Report

PAGE, CODE = "field_reports.page", "field_reports.code"  # as messages name them
LENGTH = 14  # of 30 letters: 68 bits
DIGITS = 6


def key_of(report: Report) -> str:
    """The key of a report, which only whoever told it is given."""
    return _report_key(str(settings.SECRET_KEY), report)


def is_report_key(report: Report, text: str) -> bool:
    """Whether ``given`` is the report's key, by today's secret of the system or a former one."""
    tidy = "".join(letter for letter in text.upper() if letter in ALPHABET)
    return (
        sum(hmac.compare_digest(_report_key(secret, report), tidy) for secret in _system_secrets()) > 0
    )  # none is skipped


def reporter_page_path(report: Report) -> str:
    """The path of the page of whoever told it."""
    return reverse("field_reports:mine", args=[report.ref, key_of(report)])


def named_page(report: Report) -> str:
    """How a message names the address of whoever told, which it does not hold."""
    return secret_mark(PAGE, report.ref)


def named_code(report: Report, turn: int) -> str:
    """How a message names the code that it was sent the ``turn``-th time."""
    return secret_mark(CODE, f"{report.ref}:{turn}")


def page_named(ref: str) -> str:
    """The path that a message names, with the report's key of today; empty where the report is gone."""
    report = Report.objects.filter(ref=ref).first()
    return reporter_page_path(report) if report is not None else ""


def code_named(about: str) -> str:
    """The code that a message names."""
    ref, _colon, turn = about.rpartition(":")
    report = Report.objects.filter(ref=ref).first()
    return code_of(report, int(turn)) if report is not None else ""


def way_out(follower: Follower) -> str:
    """The path by which a follower stops hearing of a report; only their own letters hold it."""
    token = keyed_mark("follower", str(follower.pk))[:32]
    return reverse("field_reports:unfollow", args=[follower.report.ref, follower.pk, token])


def code_of(report: Report, turn: int) -> str:
    """The code that is sent the ``turn``-th time."""
    return _contact_code(str(settings.SECRET_KEY), report, turn)


def code_fits(report: Report, turn: int, text: str) -> bool:
    """Whether ``given`` is the code that was sent last."""
    tidy = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
    return sum(hmac.compare_digest(_contact_code(secret, report, turn), tidy) for secret in _system_secrets()) > 0


def keyed_mark(what: str, text: str) -> str:
    """What stands for something that need not be known itself."""
    return hmac.new(str(settings.SECRET_KEY).encode(), f"field_reports.{what}:{text}".encode(), sha256).hexdigest()


def _system_secrets() -> list[str]:
    return [str(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _keyed_number(secret: str, text: str) -> int:
    return int.from_bytes(hmac.new(secret.encode(), f"field_reports.{text}".encode(), sha256).digest(), "big")


def _report_key(secret: str, report: Report) -> str:
    number, letters = _keyed_number(secret, f"key:{report.ref}:{report.key_turn}"), []
    for _place in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def _contact_code(secret: str, report: Report, turn: int) -> str:
    return f"{_keyed_number(secret, f'code:{report.ref}:{turn}') % 10**DIGITS:0{DIGITS}d}"
