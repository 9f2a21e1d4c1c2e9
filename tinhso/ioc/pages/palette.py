"""What the palette offers for the letters typed so far, on the page where it was opened."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from django.http import HttpRequest, JsonResponse
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.ioc.pages.readers import for_readers
from tinhso.ioc.queries import palette as queries
from tinhso.ioc.queries import views
from tinhso.ioc.queries.frame import SnapshotFrame, snapshot_frame
from tinhso.ioc.queries.palette import PaletteEntry
from tinhso.ioc.queries.shown import basis_words
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.menus import open_items
from tinhso.ui.request_params import query_param
from tinhso.ui.wording import name_in_language

LONGEST = 200
# Where another unit is but another word in the query of the same page
BY_UNIT = ("wall", "domains", "domain", "indicator", "records")


@for_readers
def palette_json(request: HttpRequest, by: Actor) -> JsonResponse:
    """Groups of entries as JSON: ``q`` what was typed, ``here`` the page it was typed on."""
    words = query_param(request, "q", LONGEST)
    at = snapshot_frame(by)
    here = _saved_address(request.GET.get("here", ""))
    saved_views = views.views_of(by)
    entries = [
        *_palette_actions(at, here, words),
        *_page_entries(by),
        *queries.view_entries([*saved_views.mine, *saved_views.shared]),
    ]
    groups = [
        {"name": name, "items": [_entry_fields(entry) for entry in palette_entries]}
        for name, palette_entries in queries.palette_groups(at, words, entries)
    ]
    return JsonResponse({"groups": groups, "total": sum(len(group["items"]) for group in groups)})


def _entry_fields(entry: PaletteEntry) -> dict[str, str]:
    return {name: value for name, value in vars(entry).items() if value and name != "words"}


def _saved_address(text: str) -> str:
    try:
        return views.address_inside(text)
    except Refused:
        return ""


def _palette_actions(at: SnapshotFrame, here: str, words: str) -> list[PaletteEntry]:
    """What can be done where one is."""
    entries = [
        PaletteEntry("action", _("Đổi nền sáng, tối"), act="theme", words="theme dark light"),
        PaletteEntry(
            "action", "English" if get_language() == "vi" else "Tiếng Việt", hint=_("đổi ngôn ngữ"), act="language"
        ),
        PaletteEntry("action", _("Phím tắt"), hint="?", act="shortcuts"),
    ]
    if not here:
        return entries
    entries.append(
        PaletteEntry("action", _("Lưu góc nhìn này"), href=f"{reverse('ioc:views')}?{urlencode({'keep': here})}")
    )
    entries.append(
        PaletteEntry(
            "action", _("Xem trang này như đã biết lúc…"), href=f"{reverse('ioc:known_at')}?{urlencode({'page': here})}"
        )
    )
    basis = [
        PaletteEntry("action", _("Cơ sở: %(basis)s") % {"basis": word}, href=_address_with(here, basis=code))
        for code, word in basis_words().items()
    ]
    return [*entries, *basis, *_other_units(at, here, words)]


def _other_units(at: SnapshotFrame, here: str, words: str) -> list[PaletteEntry]:
    """The same page for units whose names fit, once somebody types one."""
    if not words or resolve(urlsplit(here).path).url_name not in BY_UNIT:
        return []
    close = [node for node in at.places.offered() if queries.is_close(words, name_in_language(node))]
    return [
        PaletteEntry(
            "action",
            _("Trang này cho %(unit)s") % {"unit": name_in_language(node)},
            href=_address_with(here, unit=node.ref),
            words=name_in_language(node),
        )
        for node in close[:3]
    ]


def _address_with(address: str, **changed: str) -> str:
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query)) | changed
    return f"{parts.path}?{urlencode(query)}"


def _page_entries(by: Actor) -> list[PaletteEntry]:
    """What the menu offers, by other words too, and the pages that it has no room for."""
    more = {
        "ioc:explore": _("Khám phá số liệu"),
        "ioc:views": _("Góc nhìn đã lưu"),
        "ioc:search": _("Tìm chỉ tiêu, đơn vị"),
        "ioc:known_at": _("Các lần công bố số liệu"),
        "ioc:phone": _("Trên điện thoại"),
        "messaging:inbox": _("Tin nhắn"),
        "identity:account": _("Tài khoản"),
    }
    entries = {
        item.href: PaletteEntry("page", item.label, href=item.href, words=" ".join(item.words))
        for item in open_items(by)
    }
    for name, label in more.items():
        if href := _address_or_empty(name):
            entries[href] = replace(entries.get(href, PaletteEntry("page", label, href=href)), label=label)
    return list(entries.values())


def _address_or_empty(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
