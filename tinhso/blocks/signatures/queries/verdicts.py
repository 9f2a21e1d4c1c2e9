"""From what the verifying program found to a verdict with its reasons, and the words for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.signatures.contract import (
    CheckedSignature,
    CheckReport,
    CheckVerdict,
    Integrity,
    PageChange,
    TrustAnchor,
)
from tinhso.kernel.errors import gettext_noop

WORST_FIRST = (CheckVerdict.INVALID, CheckVerdict.UNKNOWN, CheckVerdict.VALID_BUT, CheckVerdict.VALID)
VERDICTS = {
    CheckVerdict.VALID: gettext_noop("Chữ ký hợp lệ"),
    CheckVerdict.VALID_BUT: gettext_noop("Chữ ký đúng, nhưng có điều cần biết"),
    CheckVerdict.UNKNOWN: gettext_noop("Chưa thể khẳng định"),
    CheckVerdict.INVALID: gettext_noop("Chữ ký KHÔNG hợp lệ"),
    CheckVerdict.NOT_SIGNED: gettext_noop("Tệp không có chữ ký số"),
}
MEANINGS = {
    CheckVerdict.VALID: gettext_noop(
        "Văn bản còn nguyên vẹn từ khi ký và chứng thư của mọi người ký đều đáng tin khi ký."
    ),
    CheckVerdict.VALID_BUT: gettext_noop("Nội dung đã ký còn nguyên vẹn; hãy đọc lý do bên dưới trước khi dùng."),
    CheckVerdict.UNKNOWN: gettext_noop("Không thấy sai, nhưng thiếu bằng chứng để tin; đừng chỉ dựa vào tệp này."),
    CheckVerdict.INVALID: gettext_noop("Đừng tin văn bản này: nó đã bị sửa hoặc chữ ký không phải của người nêu tên."),
    CheckVerdict.NOT_SIGNED: gettext_noop("Hình chữ ký hay con dấu trong tệp không phải là chữ ký số."),
}
UNJUDGED = (  # where nothing may be said to be right
    gettext_noop("Không kiểm tra được"),
    gettext_noop("Không đọc được hết tệp này, nên không nói được nó còn nguyên hay đã bị sửa."),
)
# what speaks against a signature: code → verdict, words
AGAINST = {
    "broken": (
        CheckVerdict.INVALID,
        gettext_noop("Chỗ của chữ ký không chứa chữ ký nào: dữ liệu bị xóa hoặc làm giả."),
    ),
    "unjudged": (
        CheckVerdict.UNKNOWN,
        gettext_noop("Không đọc hiểu hết chữ ký này nên không nói được nó đúng hay sai."),
    ),
    "unjudged_after": (
        CheckVerdict.UNKNOWN,
        gettext_noop(
            "Phần đã ký còn nguyên; phần thêm vào sau đó viết sai chuẩn nên không biết có đổi nội dung không."
        ),
    ),
    "unjudged_signer": (
        CheckVerdict.UNKNOWN,
        gettext_noop("Chứng thư hoặc dấu thời gian có chỗ không đọc được nên chưa xét được người ký."),
    ),
    "altered": (CheckVerdict.INVALID, gettext_noop("Nội dung đã ký bị sửa sau khi ký.")),
    "not_covered": (CheckVerdict.INVALID, gettext_noop("Chữ ký không bao trùm hết nội dung lúc ký.")),
    "part_only": (
        CheckVerdict.UNKNOWN,
        gettext_noop("Chữ ký chỉ bao trùm một phần tệp; phần còn lại không ai ký."),
    ),
    "changed_after": (
        CheckVerdict.INVALID,
        gettext_noop("Sau khi ký, tệp bị thêm hoặc đổi nội dung ngoài những gì được phép."),
    ),
    "rejected": (CheckVerdict.INVALID, gettext_noop("Chữ ký hoặc chứng thư vi phạm quy tắc: không được chấp nhận.")),
    "revoked": (
        CheckVerdict.UNKNOWN,
        gettext_noop("Chứng thư đã bị thu hồi và không có dấu thời gian chứng minh đã ký trước đó."),
    ),
    "unknown_issuer": (
        CheckVerdict.UNKNOWN,
        gettext_noop("Nơi cấp chứng thư không có trong danh sách tin cậy của tỉnh."),
    ),
    "expired": (
        CheckVerdict.UNKNOWN,
        gettext_noop("Chứng thư nay đã hết hạn và không có bằng chứng đã ký khi còn hạn."),
    ),
    "status_unknown": (
        CheckVerdict.UNKNOWN,
        gettext_noop("Không biết chứng thư có bị thu hồi không: tệp không kèm bằng chứng và chưa hỏi được nơi cấp."),
    ),
    "weak": (CheckVerdict.UNKNOWN, gettext_noop("Thuật toán của chữ ký quá yếu để tin.")),
    "filled_after": (
        CheckVerdict.VALID_BUT,
        gettext_noop("Sau chữ ký cuối, có người điền thêm vào biểu mẫu hoặc ghi chú (việc văn bản cho phép)."),
    ),
    "bytes_outside": (
        CheckVerdict.VALID_BUT,
        gettext_noop("Sau chỗ kết thúc của PDF có byte nằm ngoài chữ ký; không phần mềm đọc nào hiện chúng."),
    ),
    "illustrative": (
        CheckVerdict.VALID_BUT,
        gettext_noop("Chứng thư minh họa của bản trình diễn: không có giá trị pháp lý."),
    ),
}
ADDED = {
    "nothing": gettext_noop("không có gì: chữ ký bao trùm toàn bộ tệp"),
    "proofs": gettext_noop("chỉ có bằng chứng của chữ ký, không đổi nội dung"),
    "outside": gettext_noop("có phần nằm ngoài chữ ký"),
    "bytes": gettext_noop("byte sau chỗ kết thúc của PDF, nằm ngoài chữ ký, không phần mềm đọc nào hiện"),
    "unjudged": gettext_noop("không xét được"),
    "allowed": gettext_noop("chữ ký khác, hoặc phần điền mà văn bản cho phép"),
    "forbidden": gettext_noop("thay đổi không được phép"),
}
NOTES = {
    "no_timestamp": gettext_noop("Giờ ký do máy người ký khai, không có dấu thời gian của bên thứ ba."),
    "then_only": gettext_noop(
        "Chứng thư hợp lệ tại lúc ký, theo bằng chứng kèm trong tệp; không xét tình trạng từ đó đến nay."
    ),
    "loose": gettext_noop("Tệp có chỗ viết sai chuẩn (như bảng tham chiếu lai, hoặc trỏ đến phần không có)."),
    "signed_after": gettext_noop("Sau chữ ký này có thêm chữ ký khác; nội dung không đổi."),
}
# what concerns the file as a whole
FILES = {
    "not_pdf": (CheckVerdict.NOT_SIGNED, gettext_noop("Tệp không phải PDF hay XML.")),
    "no_signature": (CheckVerdict.NOT_SIGNED, gettext_noop("Trong tệp không có chữ ký số nào.")),
    "only_timestamps": (CheckVerdict.NOT_SIGNED, gettext_noop("PDF chỉ có dấu thời gian, không có chữ ký của ai.")),
    "hidden": (CheckVerdict.INVALID, gettext_noop("Trong tệp có dấu vết một chữ ký đã bị gỡ khỏi văn bản.")),
    "altered_file": (
        CheckVerdict.INVALID,
        gettext_noop("Mã băm không khớp với chữ ký: nội dung đã bị sửa sau khi ký; tệp cũng không đọc được hết."),
    ),
    "unread": (
        CheckVerdict.UNKNOWN,
        gettext_noop("Phần được ký còn nguyên từng byte, nhưng tệp viết sai chuẩn nên không xét được phần còn lại."),
    ),
    "cut": (CheckVerdict.UNKNOWN, gettext_noop("Tệp bị cụt: phần đã ký không còn đủ. Hãy tải lại tệp.")),
    "broken_file": (CheckVerdict.UNKNOWN, gettext_noop("Tệp hỏng hoặc viết sai chuẩn nên không kiểm tra được.")),
    "doctype": (CheckVerdict.UNKNOWN, gettext_noop("XML có khai báo kiểu tài liệu (DTD) nên không được mở.")),
    "encrypted": (CheckVerdict.UNKNOWN, gettext_noop("PDF có mật khẩu nên không kiểm tra được.")),
    "too_many": (CheckVerdict.UNKNOWN, gettext_noop("Tệp có quá nhiều chữ ký, phần tử hoặc lần sửa để kiểm tra.")),
    "too_heavy": (CheckVerdict.UNKNOWN, gettext_noop("Tệp quá nặng để kiểm tra.")),
}
BECAUSE = {
    "NOT_JUDGED": "unjudged_signer",
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


PAGES = {
    PageChange.DIFFERENT: gettext_noop("khác bản đã ký"),
    PageChange.ADDED: gettext_noop("không có trong bản đã ký"),
    PageChange.GONE: gettext_noop("có trong bản đã ký, nay không còn"),
}


def page_words(pages: Mapping[int, PageChange]) -> list[str]:
    """How each page looks beside the signed version, in the reader's language."""
    return [
        _("Trang %(number)s: %(change)s") % {"number": number, "change": _(PAGES[change])}
        for number, change in sorted(pages.items())
    ]


def verdict_words(verdict: str, integrity: str = Integrity.INTACT) -> tuple[str, str]:
    """A verdict and what it means, in the reader's language; what was not read is not said to be right."""
    if verdict == CheckVerdict.UNKNOWN and integrity == Integrity.UNJUDGED:
        title, meaning = UNJUDGED
        return _(title), _(meaning)
    return _(VERDICTS[CheckVerdict(verdict)]), _(MEANINGS[CheckVerdict(verdict)])


def reason_words(codes: Sequence[str]) -> list[str]:
    """Reasons and notes in the reader's language."""
    values = {code: words for code, (_verdict, words) in {**FILES, **AGAINST}.items()} | NOTES
    return [_(values[code]) for code in codes]


def added_words(code: str) -> str:
    """What came after a signature, in the reader's language."""
    return _(ADDED[code])


def check_report(
    content: bytes, values: Mapping[str, Any], trusted: Sequence[TrustAnchor], now: datetime
) -> CheckReport:
    """The verdict on a file: as good as its worst signature."""
    facts: dict[str, Any] = {"sha256": sha256(content).hexdigest(), "size": len(content), "checked_at": now}
    state = values["state"]
    if state != "ok":
        return CheckReport(FILES[state][0], why=(state,), integrity=_integrity_of(state), **facts)
    every = values["signatures"]
    signed = [signature_values for signature_values in every if signature_values["kind"] == "signature"]
    if not signed:
        why = "only_timestamps" if every else "no_signature"
        return CheckReport(FILES[why][0], why=(why,), integrity=Integrity.NONE, **facts)
    show = {sha256(trust_anchor.certificate).hexdigest() for trust_anchor in trusted if trust_anchor.illustrative}
    checked_signatures = tuple(_checked_signature(signature_values, every, show) for signature_values in signed)
    worst = next(
        verdict
        for verdict in WORST_FIRST
        if any(checked_signature.verdict is verdict for checked_signature in checked_signatures)
    )
    integrities = {checked_signature.integrity for checked_signature in checked_signatures}
    file_integrity = next(
        integrity_level
        for integrity_level in (Integrity.ALTERED, Integrity.UNJUDGED, Integrity.INTACT)
        if integrity_level in integrities
    )
    return CheckReport(worst, signatures=checked_signatures, integrity=file_integrity, **facts)


def _integrity_of(state: str) -> Integrity:
    verdict = FILES[state][0]
    integrities_by_key = {CheckVerdict.INVALID: Integrity.ALTERED, CheckVerdict.NOT_SIGNED: Integrity.NONE}
    return integrities_by_key.get(verdict, Integrity.UNJUDGED)


def _checked_signature(
    values: Mapping[str, Any], every: Sequence[Mapping[str, Any]], show: set[str]
) -> CheckedSignature:
    why = tuple(_reasons_against(values, every, show))
    verdicts = {AGAINST[code][0] for code in why} | {CheckVerdict.VALID}
    same = ("organisation", "issuer", "serial", "place", "reason")
    moments = ("valid_from", "valid_until", "claimed_at", "proven_at")
    more: dict[str, Any] = {name: values.get(name) or "" for name in same}
    more |= {name: datetime.fromisoformat(values[name]) if values.get(name) else None for name in moments}
    return CheckedSignature(
        verdict=next(verdict for verdict in WORST_FIRST if verdict in verdicts),
        field=str(values["field"])[:100],
        who=values.get("who", "?"),
        form=str(values.get("form", "PAdES")),
        level=_signature_level(values, every),
        integrity=_integrity_verdict(values, why),
        added=_additions(values),
        outside=values.get("outside", 0),
        signed_to=0 if values.get("coverage") == "ENTIRE_FILE" else values.get("signed_to", 0),
        why=why,
        notes=tuple(_reader_notes(values, every)),
        **more,
    )


def _reasons_against(values: Mapping[str, Any], every: Sequence[Mapping[str, Any]], show: set[str]) -> list[str]:
    if values.get("broken"):
        return ["altered" if values.get("intact") is False else "broken"]
    if values.get("unjudged"):
        return ["unjudged"] if values.get("intact") is not True else ["unjudged_after"]
    checks = {
        "unjudged_after": values["changes"] == "UNKNOWN",
        "bytes_outside": bool(values.get("outside")),
        "altered": not values["intact"],
        "not_covered": values["coverage"] not in ("ENTIRE_FILE", "ENTIRE_REVISION", "PART"),
        "part_only": values["coverage"] == "PART",
        "changed_after": values["changes"] == "OTHER" or not values["allowed"],
        "rejected": values["status"] == "FAILED" and values["intact"] and values["why"] not in BECAUSE,
        "filled_after": values["changes"] in ("FORM_FILLING", "ANNOTATIONS") and not _covered_later(values, every),
        "illustrative": values["status"] == "PASSED" and values["anchor"] in show,
    }
    reasons = [code for code, holds in checks.items() if holds]
    if values["status"] == "INDETERMINATE" or values["why"] in BECAUSE:
        reasons.append(BECAUSE.get(values["why"], "status_unknown"))
    return reasons


def _integrity_verdict(values: Mapping[str, Any], why: Sequence[str]) -> Integrity:
    """Of what was signed and of what a reader sees now: trust has no part in it."""
    if any(AGAINST[code][0] is CheckVerdict.INVALID for code in why):
        return Integrity.ALTERED
    unjudged = values.get("unjudged") or values.get("changes") == "UNKNOWN" or values.get("intact") is not True
    return Integrity.UNJUDGED if unjudged else Integrity.INTACT


def _additions(values: Mapping[str, Any]) -> str:
    if values.get("unjudged") or values.get("changes") == "UNKNOWN":
        return "unjudged"
    if values.get("broken") or not values["allowed"]:
        return "forbidden"
    addition_by_change = {
        "NONE": "proofs",
        "LTA_UPDATES": "proofs",
        "FORM_FILLING": "allowed",
        "ANNOTATIONS": "allowed",
    }
    if values["coverage"] == "PART":
        return "outside"
    if values["coverage"] == "ENTIRE_FILE" and values.get("outside"):
        return "bytes"
    return "nothing" if values["coverage"] == "ENTIRE_FILE" else addition_by_change.get(values["changes"], "forbidden")


def _covered_later(values: Mapping[str, Any], every: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a later whole signature answers for what was added since, and nothing but proofs followed that one."""
    return any(
        later["revision"] > values["revision"] and later["intact"] and later["changes"] in ("NONE", "LTA_UPDATES")
        for later in every
        if later["kind"] == "signature" and not later.get("broken") and not later.get("unjudged")
    )


def _signature_level(values: Mapping[str, Any], every: Sequence[Mapping[str, Any]]) -> str:
    level = str(values.get("level", ""))
    renewed = any(
        later["kind"] == "timestamp" and later.get("intact") and later["revision"] > values["revision"]
        for later in every
    )
    return "B-LTA" if level == "B-LT" and renewed else level


def _reader_notes(values: Mapping[str, Any], every: Sequence[Mapping[str, Any]]) -> list[str]:
    if values.get("broken") or values.get("unjudged"):
        return []
    checks = {
        "no_timestamp": not values.get("proven_at"),
        "loose": bool(values.get("loose")),
        "then_only": bool(values.get("then_only")),
        "signed_after": values["changes"] == "FORM_FILLING" and _covered_later(values, every),
    }
    return [code for code, holds in checks.items() if holds]
