"""What checking a file tells, as its page shows it."""

from django.utils.translation import gettext as _

from tinhso.blocks.signatures.contract import CheckedSignature, CheckReport
from tinhso.blocks.signatures.queries.verdicts import added_words, page_words, reason_words, verdict_words

TONES = {"valid": "success", "valid_but": "warning", "unknown": "warning", "invalid": "error", "not_signed": "warning"}


def report_view(report: CheckReport) -> dict[str, object]:
    """A report as its page shows it: every code in words."""
    title, meaning = verdict_words(report.verdict, report.integrity)
    return {
        "report": report,
        "title": title,
        "meaning": meaning,
        "tone": TONES[report.verdict],
        "reasons": reason_words(list(dict.fromkeys(_all_reasons(report)))),
        "signatures": [_signature_context(checked_signature) for checked_signature in report.signatures],
    }


def _all_reasons(report: CheckReport) -> list[str]:
    return [*report.why, *(code for checked_signature in report.signatures for code in checked_signature.why)]


def _signature_context(checked_signature: CheckedSignature) -> dict[str, object]:
    return {
        "one": checked_signature,
        "title": verdict_words(checked_signature.verdict, checked_signature.integrity)[0],
        "tone": TONES[checked_signature.verdict],
        "reasons": reason_words(checked_signature.why),
        "added": added_words(checked_signature.added),
        "notes": reason_words(checked_signature.notes),
        "pages": _page_changes(checked_signature),
    }


def _page_changes(checked_signature: CheckedSignature) -> list[str]:
    """How pages look beside the signed version; nothing where what came later cannot be seen."""
    if checked_signature.pages is not None:
        return page_words(checked_signature.pages) or [_("Không trang nào hiện khác bản đã ký")]
    drawn = checked_signature.signed_to and checked_signature.added in ("allowed", "forbidden", "unjudged")
    return [_("Chưa so được hình các trang với bản đã ký")] if drawn else []
