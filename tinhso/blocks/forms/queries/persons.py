"""Does a question look as if it were about a person? Its name, its words, its kind, or what a browser fills in there.

Every form marks such questions with ``personal``, true or false, before it is loaded; what was loaded before there was
such a rule is masked by its looks.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tinhso.kernel.text import fold

WIDGETS = {"id-number", "phone", "email"}
TOKENS = {"name", "bday", "sex", "email", "tel", "street-address", "address-line1", "address-line2"}
FORMATS = {"email"}
NAMES = re.compile(
    r"\b((full|first|last|middle|family|given|person|child|mother|father|parent|spouse|partner|wife|husband|owner|"
    r"applicant|contact|witness|guardian|heir|representative) name|birth(day| ?date| ?year| ?place)|"
    r"(date|year) of birth|dob|id (number|card)|identity|passport|(phone|mobile)( number)?|tel|e ?mail|"
    r"(home )?address|street|residence|hometown|gender|sex|ethnicity|religion|nationality|account( number)?|"
    r"income|disability)\b"
)
WORDS = re.compile(
    r"\b(ho ten|ho va ten|ho chu dem|ten (cha|me|vo|chong|con|nguoi|chu)|(ngay|nam|noi) sinh|sinh (ngay|nam)|"
    r"dinh danh|can cuoc|cccd|cmnd|chung minh nhan dan|ho chieu|dien thoai|so may|thu dien tu|e ?mail|dia chi|"
    r"(noi|cho) (cu tru|o)|thuong tru|tam tru|so nha|que quan|nguyen quan|gioi tinh|dan toc|quoc tich|ton giao|"
    r"so tai khoan|thu nhap|khuyet tat|benh|bao hiem (y te|xa hoi))\b"
)


def looks_personal(*, name: str, label: str, widget: str = "", form: str = "", autocomplete: str = "") -> bool:
    """Whether a question looks as if its answer were about a person. ``form`` is the format of its schema."""
    by_kind = widget in WIDGETS or form in FORMATS or autocomplete in TOKENS
    named, text = _folded_words(name), _folded_words(label)
    return by_kind or any(pattern.search(words) for pattern in (NAMES, WORDS) for words in (named, text))


def _folded_words(words: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", fold(words)).split())


def unmarked_personal_fields(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The questions that look personal and are not marked: place and reason. Inside a group that is marked true,
    nothing needs a mark."""
    about = {name for name, key in document.get("prefill", {}).items() if str(key).startswith("person.")}
    for at, section in enumerate(document["layout"]):
        yield from _unmarked_items(section["items"], schema, f"/layout/{at}", about)


def _unmarked_items(items: list[Any], schema: Any, where: str, about: set[str]) -> Iterator[tuple[str, str]]:
    for at, item in enumerate(items):
        name, here = item.get("field", ""), f"{where}/items/{at}"
        inner = schema.get("properties", {}).get(name)
        if inner is None or item.get("personal") is True:
            continue
        looks = name in about or looks_personal(
            name=name,
            label=str(item.get("label", "")),
            widget=item.get("widget", ""),
            form=str(inner.get("format", "")),
            autocomplete=item.get("autocomplete", ""),
        )
        if looks and "personal" not in item:
            yield (
                f"{here}/personal",
                _("trường “%(name)s” giống như nói về một người: ghi true, hoặc false nếu không") % {"name": name},
            )
        yield from _unmarked_items(item.get("items", []), inner.get("items", inner), here, set())
