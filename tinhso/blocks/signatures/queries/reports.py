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
        "signatures": [_signature_context(one) for one in report.signatures],
    }


def _all_reasons(report: CheckReport) -> list[str]:
    return [*report.why, *(code for one in report.signatures for code in one.why)]


def _signature_context(one: CheckedSignature) -> dict[str, object]:
    return {
        "one": one,
        "title": verdict_words(one.verdict, one.integrity)[0],
        "tone": TONES[one.verdict],
        "reasons": reason_words(one.why),
        "added": added_words(one.added),
        "notes": reason_words(one.notes),
        "pages": _page_changes(one),
    }


def _page_changes(one: CheckedSignature) -> list[str]:
    """How pages look beside the signed version; nothing where what came later cannot be seen."""
    if one.pages is not None:
        return page_words(one.pages) or [_("Không trang nào hiện khác bản đã ký")]
    drawn = one.signed_to and one.added in ("allowed", "forbidden", "unjudged")
    return [_("Chưa so được hình các trang với bản đã ký")] if drawn else []
