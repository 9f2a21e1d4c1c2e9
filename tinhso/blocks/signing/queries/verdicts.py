"""From what the verifying program found to a verdict with its reasons, and the words for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.signing.contract import Anchor, Found, Report, Verdict
from tinhso.kernel.errors import gettext_noop

WORST_FIRST = (Verdict.INVALID, Verdict.UNKNOWN, Verdict.VALID_BUT, Verdict.VALID)
VERDICTS = {
    Verdict.VALID: gettext_noop("Chữ ký hợp lệ"),
    Verdict.VALID_BUT: gettext_noop("Chữ ký đúng, nhưng có điều cần biết"),
    Verdict.UNKNOWN: gettext_noop("Chưa thể khẳng định"),
    Verdict.INVALID: gettext_noop("Chữ ký KHÔNG hợp lệ"),
    Verdict.NOT_SIGNED: gettext_noop("Tệp không có chữ ký số"),
}
MEANINGS = {
    Verdict.VALID: gettext_noop("Văn bản còn nguyên vẹn từ khi ký và chứng thư của mọi người ký đều đáng tin khi ký."),
    Verdict.VALID_BUT: gettext_noop("Nội dung đã ký còn nguyên vẹn; hãy đọc lý do bên dưới trước khi dùng."),
    Verdict.UNKNOWN: gettext_noop("Không thấy sai, nhưng thiếu bằng chứng để tin; đừng chỉ dựa vào tệp này."),
    Verdict.INVALID: gettext_noop("Đừng tin văn bản này: nó đã bị sửa hoặc chữ ký không phải của người nêu tên."),
    Verdict.NOT_SIGNED: gettext_noop("Hình chữ ký hay con dấu trong tệp không phải là chữ ký số."),
}
# what speaks against a signature: code → verdict, words
AGAINST = {
    "broken": (Verdict.INVALID, gettext_noop("Dữ liệu của chữ ký hỏng hoặc bị làm giả, không đọc được.")),
    "altered": (Verdict.INVALID, gettext_noop("Nội dung đã ký bị sửa sau khi ký.")),
    "not_covered": (Verdict.INVALID, gettext_noop("Chữ ký không bao trùm hết nội dung lúc ký.")),
    "part_only": (
        Verdict.UNKNOWN,
        gettext_noop("Chữ ký chỉ bao trùm một phần tệp; phần còn lại không ai ký."),
    ),
    "changed_after": (
        Verdict.INVALID,
        gettext_noop("Sau khi ký, tệp bị thêm hoặc đổi nội dung ngoài những gì được phép."),
    ),
    "rejected": (Verdict.INVALID, gettext_noop("Chữ ký hoặc chứng thư vi phạm quy tắc: không được chấp nhận.")),
    "revoked": (
        Verdict.UNKNOWN,
        gettext_noop("Chứng thư đã bị thu hồi và không có dấu thời gian chứng minh đã ký trước đó."),
    ),
    "unknown_issuer": (Verdict.UNKNOWN, gettext_noop("Nơi cấp chứng thư không có trong danh sách tin cậy của tỉnh.")),
    "expired": (
        Verdict.UNKNOWN,
        gettext_noop("Chứng thư nay đã hết hạn và không có bằng chứng đã ký khi còn hạn."),
    ),
    "status_unknown": (
        Verdict.UNKNOWN,
        gettext_noop("Không biết chứng thư có bị thu hồi không: tệp không kèm bằng chứng và chưa hỏi được nơi cấp."),
    ),
    "weak": (Verdict.UNKNOWN, gettext_noop("Thuật toán của chữ ký quá yếu để tin.")),
    "filled_after": (
        Verdict.VALID_BUT,
        gettext_noop("Sau chữ ký cuối, có người điền thêm vào biểu mẫu hoặc ghi chú (việc văn bản cho phép)."),
    ),
    "illustrative": (
        Verdict.VALID_BUT,
        gettext_noop("Chứng thư minh họa của bản trình diễn: không có giá trị pháp lý."),
    ),
}
ADDED = {
    "nothing": gettext_noop("không có gì: chữ ký bao trùm toàn bộ tệp"),
    "proofs": gettext_noop("chỉ có bằng chứng của chữ ký, không đổi nội dung"),
    "outside": gettext_noop("có phần nằm ngoài chữ ký"),
    "allowed": gettext_noop("chữ ký khác, hoặc phần điền mà văn bản cho phép"),
    "forbidden": gettext_noop("thay đổi không được phép"),
}
NOTES = {
    "no_timestamp": gettext_noop("Giờ ký do máy người ký khai, không có dấu thời gian của bên thứ ba."),
    "then_only": gettext_noop(
        "Chứng thư hợp lệ tại lúc ký, theo bằng chứng kèm trong tệp; không xét tình trạng từ đó đến nay."
    ),
    "signed_after": gettext_noop("Sau chữ ký này có thêm chữ ký khác; nội dung không đổi."),
}
# what concerns the file as a whole
FILES = {
    "not_pdf": (Verdict.NOT_SIGNED, gettext_noop("Tệp không phải PDF hay XML.")),
    "no_signature": (Verdict.NOT_SIGNED, gettext_noop("Trong tệp không có chữ ký số nào.")),
    "only_timestamps": (Verdict.NOT_SIGNED, gettext_noop("PDF chỉ có dấu thời gian, không có chữ ký của ai.")),
    "hidden": (Verdict.INVALID, gettext_noop("Trong tệp có dấu vết một chữ ký đã bị gỡ khỏi văn bản.")),
    "broken_file": (Verdict.UNKNOWN, gettext_noop("Tệp hỏng hoặc viết sai chuẩn nên không kiểm tra được.")),
    "doctype": (Verdict.UNKNOWN, gettext_noop("XML có khai báo kiểu tài liệu (DTD) nên không được mở.")),
    "encrypted": (Verdict.UNKNOWN, gettext_noop("PDF có mật khẩu nên không kiểm tra được.")),
    "too_many": (Verdict.UNKNOWN, gettext_noop("Tệp có quá nhiều chữ ký, phần tử hoặc lần sửa để kiểm tra.")),
    "too_heavy": (Verdict.UNKNOWN, gettext_noop("Tệp quá nặng để kiểm tra.")),
}
BECAUSE = {
    "NO_CERTIFICATE_CHAIN_FOUND": "unknown_issuer",
    "NO_CERTIFICATE_CHAIN_FOUND_NO_POE": "unknown_issuer",
    "REVOKED_NO_POE": "revoked",
    "REVOKED_CA_NO_POE": "revoked",
    "OUT_OF_BOUNDS_NO_POE": "expired",
    "OUT_OF_BOUNDS_NOT_REVOKED": "expired",
    "EXPIRED": "expired",
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": "weak",
    "CRYPTO_CONSTRAINTS_FAILURE": "weak",
}


def verdict_words(verdict: str) -> tuple[str, str]:
    """A verdict and what it means, in the reader's language."""
    return _(VERDICTS[Verdict(verdict)]), _(MEANINGS[Verdict(verdict)])


def reason_words(codes: Sequence[str]) -> list[str]:
    """Reasons and notes in the reader's language."""
    known = {code: words for code, (_verdict, words) in {**FILES, **AGAINST}.items()} | NOTES
    return [_(known[code]) for code in codes]


def added_words(code: str) -> str:
    """What came after a signature, in the reader's language."""
    return _(ADDED[code])


def report(content: bytes, said: Mapping[str, Any], trusted: Sequence[Anchor], now: datetime) -> Report:
    """The verdict on a file: as good as its worst signature."""
    facts: dict[str, Any] = {"sha256": sha256(content).hexdigest(), "size": len(content), "checked_at": now}
    state = said["state"]
    if state != "ok":
        return Report(FILES[state][0], why=(state,), **facts)
    every = said["signatures"]
    signed = [one for one in every if one["kind"] == "signature"]
    if not signed:
        why = "only_timestamps" if every else "no_signature"
        return Report(FILES[why][0], why=(why,), **facts)
    show = {sha256(one.certificate).hexdigest() for one in trusted if one.illustrative}
    found = tuple(_found(one, every, show) for one in signed)
    worst = next(verdict for verdict in WORST_FIRST if any(one.verdict is verdict for one in found))
    return Report(worst, signatures=found, **facts)


def _found(one: Mapping[str, Any], every: Sequence[Mapping[str, Any]], show: set[str]) -> Found:
    why = tuple(_against(one, every, show))
    verdicts = {AGAINST[code][0] for code in why} | {Verdict.VALID}
    same = ("organisation", "issuer", "serial", "place", "reason")
    moments = ("valid_from", "valid_until", "claimed_at", "proven_at")
    more: dict[str, Any] = {name: one.get(name) or "" for name in same}
    more |= {name: datetime.fromisoformat(one[name]) if one.get(name) else None for name in moments}
    return Found(
        verdict=next(verdict for verdict in WORST_FIRST if verdict in verdicts),
        field=str(one["field"])[:100],
        who=one.get("who", "?"),
        form=str(one.get("form", "PAdES")),
        level=_level(one, every),
        added=_added(one),
        why=why,
        notes=tuple(_notes(one, every)),
        **more,
    )


def _against(one: Mapping[str, Any], every: Sequence[Mapping[str, Any]], show: set[str]) -> list[str]:
    if one.get("broken"):
        return ["broken"]
    checks = {
        "altered": not one["intact"],
        "not_covered": one["coverage"] not in ("ENTIRE_FILE", "ENTIRE_REVISION", "PART"),
        "part_only": one["coverage"] == "PART",
        "changed_after": one["changes"] == "OTHER" or not one["allowed"],
        "rejected": one["status"] == "FAILED" and one["intact"] and one["why"] not in BECAUSE,
        "filled_after": one["changes"] in ("FORM_FILLING", "ANNOTATIONS") and not _covered_later(one, every),
        "illustrative": one["status"] == "PASSED" and one["anchor"] in show,
    }
    found = [code for code, holds in checks.items() if holds]
    if one["status"] == "INDETERMINATE" or one["why"] in BECAUSE:
        found.append(BECAUSE.get(one["why"], "status_unknown"))
    return found


def _added(one: Mapping[str, Any]) -> str:
    if one.get("broken") or not one["allowed"]:
        return "forbidden"
    known = {"NONE": "proofs", "LTA_UPDATES": "proofs", "FORM_FILLING": "allowed", "ANNOTATIONS": "allowed"}
    if one["coverage"] == "PART":
        return "outside"
    return "nothing" if one["coverage"] == "ENTIRE_FILE" else known.get(one["changes"], "forbidden")


def _covered_later(one: Mapping[str, Any], every: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a later whole signature answers for what was added since, and nothing but proofs followed that one."""
    return any(
        later["revision"] > one["revision"] and later["intact"] and later["changes"] in ("NONE", "LTA_UPDATES")
        for later in every
        if later["kind"] == "signature" and not later.get("broken")
    )


def _level(one: Mapping[str, Any], every: Sequence[Mapping[str, Any]]) -> str:
    level = str(one.get("level", ""))
    renewed = any(
        later["kind"] == "timestamp" and later.get("intact") and later["revision"] > one["revision"] for later in every
    )
    return "B-LTA" if level == "B-LT" and renewed else level


def _notes(one: Mapping[str, Any], every: Sequence[Mapping[str, Any]]) -> list[str]:
    if one.get("broken"):
        return []
    checks = {
        "no_timestamp": not one.get("proven_at"),
        "then_only": bool(one.get("then_only")),
        "signed_after": one["changes"] == "FORM_FILLING" and _covered_later(one, every),
    }
    return [code for code, holds in checks.items() if holds]
