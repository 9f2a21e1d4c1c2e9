"""What is said to people on channels, in their language."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.blocks.messaging.contract import KnownReport, TalkChoice
from tinhso.blocks.messaging.contract.talk import Offers, Talk, TalkQuestion

Line = tuple[str, list[TalkChoice]]


def in_language(language: str, say: Callable[[], Line]) -> Line:
    """What ``say`` says, in ``language``."""
    with translation.override(language or "vi"):
        return say()


def question_line(talk_question: TalkQuestion, talk: Talk, offers: Offers, *, page: Callable[[str], str] = str) -> Line:
    """What to say so that somebody tells what is still missing, and what they can press instead of typing.

    ``page`` makes a whole address of a report's page.
    """
    adjusted_offers = replace(
        offers, known=tuple(replace(known_report, address=page(known_report.address)) for known_report in offers.known)
    )
    return _QUESTIONS[talk_question](talk, adjusted_offers)


def _ask_what_happened(talk: Talk, offers: Offers) -> Line:
    begun = ngettext("Đã nhận %(n)s ảnh. ", "Đã nhận %(n)s ảnh. ", len(talk.photos)) % {"n": len(talk.photos)}
    return (begun if talk.photos else "") + _("Xin cho biết sự việc: điều gì đang xảy ra?"), []


def _place_question(talk: Talk, offers: Offers) -> Line:
    return _("Việc này ở đâu? Hãy gửi vị trí, hoặc gõ địa chỉ (số nhà, đường, ấp hoặc khóm, xã hoặc phường)."), []


def _category_question(talk: Talk, offers: Offers) -> Line:
    choices = [TalkChoice(f"category:{talk_choice.code}", talk_choice.name) for talk_choice in offers.categories or ()]
    return _with_numbers(
        _("Việc này thuộc loại nào? Trả lời bằng số:"), [category.name for category in choices]
    ), choices


def _photo_question(talk: Talk, offers: Offers) -> Line:
    text = _("Nếu có, hãy gửi ảnh hiện trường. Không có ảnh thì trả lời “bỏ qua”.")
    return text, [TalkChoice("skip", _("Bỏ qua"))]


def _nearby_question(talk: Talk, offers: Offers) -> Line:
    names = [_known_report_text(known_report) for known_report in offers.known]
    fresh = _("Không phải, gửi phản ánh mới")
    text = _with_numbers(_("Gần đó đã có phản ánh giống vậy. Trả lời bằng số để theo dõi:"), [*names, fresh])
    return text, [
        *(TalkChoice(f"follow:{known_report.ref}", known_report.ref) for known_report in offers.known),
        TalkChoice("new", _("Gửi mới")),
    ]


def _known_report_text(known_report: KnownReport) -> str:
    about = {"title": known_report.title, "status": known_report.status, "metres": known_report.metres}
    return " ".join(filter(None, [_("%(title)s (%(status)s, cách %(metres)s m)") % about, known_report.address]))


def _confirm_question(talk: Talk, offers: Offers) -> Line:
    named = next((talk_choice.name for talk_choice in offers.categories or () if talk_choice.code == talk.category), "")
    place = talk.address or _("vị trí bạn gửi")
    lines = [
        _("Nội dung: %(text)s") % {"text": shortened_text(talk.text, 300)},
        _("Ở: %(place)s") % {"place": place},
        *([_("Loại: %(name)s") % {"name": named}] if named else []),
        _("Ảnh: %(n)s") % {"n": len(talk.photos)},
        _("Trả lời 1 để gửi, 2 để hủy. Muốn thêm gì, cứ nhắn tiếp."),
    ]
    return "\n".join(lines), [TalkChoice("send", _("Gửi")), TalkChoice("cancel", _("Hủy"))]


_QUESTIONS: dict[TalkQuestion, Callable[[Talk, Offers], Line]] = {
    TalkQuestion.WHAT: _ask_what_happened,
    TalkQuestion.WHERE: _place_question,
    TalkQuestion.CATEGORY: _category_question,
    TalkQuestion.PHOTO: _photo_question,
    TalkQuestion.NEARBY: _nearby_question,
    TalkQuestion.CONFIRM: _confirm_question,
}


def _with_numbers(text: str, names: Sequence[str]) -> str:
    return "\n".join([text, *(f"{number}. {name}" for number, name in enumerate(names, 1))])


def shortened_text(text: str, longest: int) -> str:
    """The beginning of a text that is too long to repeat."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def greeting_text(province: str) -> str:
    """The first thing that somebody hears."""
    return _("Xin chào! Đây là kênh phản ánh hiện trường của %(province)s.") % {"province": province}


def help_text(emergency: str) -> str:
    """What one can do here; ``emergency``: whom to call where lives are in danger, as the province says it."""
    return "\n".join(
        [
            _("Bạn có thể nhắn:"),
            _("- sự việc, vị trí hoặc địa chỉ, ảnh: theo thứ tự nào cũng được"),
            _("- “tra cứu” và mã phản ánh: xem phản ánh đang được xử lý đến đâu"),
            _("- “thư” và địa chỉ thư điện tử: nhận kết quả qua thư khi không nhắn được ở đây"),
            _("- “đổi loại”: chọn lại loại sự việc"),
            _("- “hủy”: bỏ phản ánh đang viết"),
            *([_("Việc nguy hiểm đến tính mạng: gọi ngay %(numbers)s.") % {"numbers": emergency}] if emergency else []),
        ]
    )


def not_understood() -> str:
    """Before a question that is asked again."""
    return _("Chưa hiểu ý bạn.")


def unreadable_text() -> str:
    """For what is no text, picture or place."""
    return _("Ở đây chỉ đọc được chữ, ảnh và vị trí.")


def cancelled_text(is_empty: bool) -> str:
    """After somebody cancelled."""
    if is_empty:
        return _("Không có phản ánh nào đang viết.")
    return _("Đã hủy, không gửi gì. Khi cần, hãy nhắn lại.")


def expired_text(rest: timedelta) -> str:
    """After a long silence."""
    hours = round(rest.total_seconds() / 3600)
    return _("Đã %(hours)s giờ chưa thấy bạn nhắn tiếp nên phản ánh đang viết được bỏ, chưa gửi đi.") % {"hours": hours}


def report_taken_text(text: str, ref: str, address: str) -> str:
    """After a report was taken: what the receiver says, the reference unless it is in there, and the page."""
    first = text or _("Đã nhận phản ánh %(ref)s.") % {"ref": ref}
    more = "" if ref in first else _("Mã: %(ref)s.") % {"ref": ref}
    return "\n".join(part for part in (first, more, address) if part)


def contact_kept(contact: str) -> str:
    """After somebody gave an e-mail address."""
    return _("Khi không nhắn được ở đây, tin sẽ gửi tới %(contact)s.") % {"contact": contact}


def too_much() -> str:
    """To somebody who writes faster than a person can."""
    return _("Bạn nhắn quá nhiều nên các tin vừa rồi chưa được đọc. Hãy chờ một lát rồi nhắn lại.")


def too_many_drafts() -> str:
    """To somebody who reports more in a day than is taken."""
    return _("Hôm nay bạn đã gửi nhiều phản ánh; hãy gửi tiếp vào ngày mai, hoặc gọi đường dây nóng.")


def no_intake() -> str:
    """Where nobody takes reports."""
    return _("Kênh này hiện chưa nhận phản ánh.")


def picture_refused(why: str) -> str:
    """Of a picture that was not kept; ``why`` is empty where it could not be fetched."""
    return _("Không nhận được ảnh bạn gửi: %(why)s") % {"why": why or _("không tải được ảnh.")}


def not_accepted(why: str) -> str:
    """Of a report that the receiver refused."""
    return _("Phản ánh chưa được nhận: %(why)s") % {"why": why}
