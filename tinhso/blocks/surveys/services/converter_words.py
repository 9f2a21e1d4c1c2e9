"""What pyxform says of a workbook, in the language of the page: the commonest in whole, of the rest the row."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: tuple[tuple[str, "str | Promise"], ...] = (
    (r"Invalid headers provided for sheet: '([^']*)'.*not found: '([^']*)'.*", _("trang “%(0)s” thiếu cột “%(1)s”.")),
    (
        r"Invalid headers provided for sheet: '([^']*)'.*different names for the same column were "
        r"found: (.*?)\. Rename.*",
        _("trang “%(0)s” có hai cột cùng nghĩa (%(1)s); hãy bỏ một cột."),
    ),
    (r"Duplicate column header: (.*)", _("có hai cột cùng tên “%(0)s”; hãy bỏ một cột.")),
    (r"Missing calculation\.?", _("câu loại calculate phải có ô calculation.")),
    (r"Unknown question type '?([^'.]*)'?\.?", _("không có loại câu hỏi “%(0)s” (cột type ở trang “survey”).")),
    (r"Question or group with no name\.?", _("câu hỏi hoặc nhóm chưa có tên (cột name ở trang “survey”).")),
    (r"Unmatched 'begin_(\w+)'.*'(\w+)'\.?", _("begin_%(0)s “%(1)s” chưa có end_%(0)s.")),
    (r"Unmatched 'end_(\w+)'.*", _("có end_%(0)s mà không có begin_%(0)s.")),
    (
        r"On the '([^']*)' sheet, the '([^']*)' value is invalid\. Reference variables.*name '([^']*)'\.?",
        _("trang “%(0)s”, cột “%(1)s” nhắc đến câu “%(2)s” mà không có câu ấy."),
    ),
    (r"List name not in choices sheet: (.*)", _("trang “choices” không có danh sách “%(0)s”.")),
    (r"List name not in columns sheet: (.*)", _("trang “columns” không có danh sách “%(0)s”.")),
    (
        r"This section has not been included\.?",
        _("dòng loại include không dùng được: hãy chép các câu ấy vào trang “survey”."),
    ),
    (r"The survey element named '([^']*)' has no label or hint\.?", _("câu “%(0)s” chưa có label hoặc hint.")),
)


def in_words(text: str) -> str:
    """A remark of the converter, its row first."""
    row = re.match(r"\s*\[row : (\d+)\]\s*", text)
    rest = text[row.end() :].strip() if row else text.strip()
    for pattern, words in WORDS:
        if match := re.fullmatch(pattern, rest, re.DOTALL):
            rest = str(words) % {str(place): part for place, part in enumerate(match.groups())}
            break
    return str(_("dòng %(row)s: %(rest)s")) % {"row": row[1], "rest": rest} if row else rest
