"""What changed, as Atom (RFC 4287, paged after RFC 5005), as RSS 2.0 and as JSON Feed 1.1."""

from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as xml

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import quote_etag, urlencode
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe
from lxml import etree

from tinhso.blocks.open_data.queries import changes as queries
from tinhso.blocks.open_data.queries import datasets
from tinhso.blocks.open_data.queries.changes import Change, Page
from tinhso.kernel.errors import Refused, gettext_noop
from tinhso.ui.wording import name_of

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE, JSON_TYPE, RSS_TYPE = "application/atom+xml", "application/feed+json", "application/rss+xml"
LANGUAGES = ("vi", "en")


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in LANGUAGES else (get_language() or "vi")[:2]


def _number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdecimal()) or len(text) > 6:
        raise Refused("bad_page", gettext_noop("Số trang phải là số nguyên dương."))
    return int(text)


def _mark(request: HttpRequest) -> str:
    number, _at, learned = queries.newest_moment()
    return quote_etag(f"{number}-{learned}-{_language(request)}-{_number(request)}-{request.get_host()}")


def _modified(request: HttpRequest) -> datetime | None:
    _snapshot, at, learned = queries.newest_moment()
    return max((moment for moment in (at, learned) if moment), default=None)


def _feed(write: Callable[[HttpRequest, Page], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    @require_safe
    @cache_control(public=True, max_age=60)
    @condition(etag_func=_mark, last_modified_func=_modified)
    def answer(request: HttpRequest) -> HttpResponse:
        with override(_language(request)):
            return write(request, queries.page(_number(request)))

    return answer


def _address(request: HttpRequest, name: str, page: int) -> str:
    query = {"lang": _language(request)} | ({"page": str(page)} if page > 1 else {})
    return f"{request.build_absolute_uri(reverse(f'open_data:{name}'))}?{urlencode(query)}"


def _links(request: HttpRequest, page: Page, name: str) -> dict[str, str]:
    """Where to go from this page (RFC 5005, section 3)."""
    around = {"self": page.number, "first": 1, "last": page.pages}
    around |= {"previous": page.number - 1} if page.number > 1 else {}
    around |= {"next": page.number + 1} if page.number < page.pages else {}
    return {rel: _address(request, name, number) for rel, number in around.items()}


def _about(request: HttpRequest, change: Change) -> str:
    """The page that shows what changed."""
    home = reverse("open_data:home")
    return request.build_absolute_uri(reverse("open_data:open_set", args=[change.domain]) if change.domain else home)


def _title() -> str:
    who = datasets.publisher()
    return _("Thay đổi số liệu mở của %(name)s") % {"name": name_of({"name": who.name, "name_en": who.name_en})}


def _atom(request: HttpRequest, page: Page) -> HttpResponse:
    xml.register_namespace("", ATOM)
    home = request.build_absolute_uri(reverse("open_data:home"))
    feed = xml.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": _language(request)})
    _text(feed, "id", f"urn:uuid:{uuid5(NAMESPACE_URL, home)}")
    _text(feed, "title", _title())
    _text(feed, "updated", (page.updated or datetime.fromisoformat("1970-01-01T00:00:00+00:00")).isoformat())
    author = xml.SubElement(feed, f"{{{ATOM}}}author")
    _text(author, "name", datasets.publisher().name)
    for rel, address in _links(request, page, "atom").items():
        xml.SubElement(feed, f"{{{ATOM}}}link", rel=rel, href=address, type=ATOM_TYPE)
    xml.SubElement(feed, f"{{{ATOM}}}link", rel="alternate", href=home, type="text/html")
    for change in page.changes:
        _entry(request, feed, change)
    body = xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, content_type=f"{ATOM_TYPE}; charset=utf-8")


def _entry(request: HttpRequest, feed: xml.Element, change: Change) -> None:
    entry = xml.SubElement(feed, f"{{{ATOM}}}entry")
    _text(entry, "id", change.uuid)
    _text(entry, "title", change.title)
    _text(entry, "updated", change.at.isoformat())
    _text(entry, "published", change.at.isoformat())
    xml.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=_about(request, change), type="text/html")
    for term in filter(None, (change.kind, change.domain)):
        xml.SubElement(entry, f"{{{ATOM}}}category", term=term)
    _text(entry, "summary", change.text)


def _rss(request: HttpRequest, page: Page) -> HttpResponse:
    """RSS 2.0 (https://www.rssboard.org/rss-specification), with Atom's links for where to go on."""
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": ATOM})
    channel = etree.SubElement(root, "channel")
    home = request.build_absolute_uri(reverse("open_data:home"))
    about = _("Những lần công bố và đính chính số liệu, mới nhất trước.")
    _rss_words(channel, title=_title(), link=home, description=about, language=_language(request))
    if page.updated:
        _rss_words(channel, lastBuildDate=format_datetime(page.updated))
    for rel, address in _links(request, page, "rss").items():
        etree.SubElement(channel, f"{{{ATOM}}}link", {"rel": rel, "href": address, "type": RSS_TYPE})
    for change in page.changes:
        item = etree.SubElement(channel, "item")
        _rss_words(item, title=change.title, link=_about(request, change), description=change.text)
        etree.SubElement(item, "guid", {"isPermaLink": "false"}).text = change.uuid
        _rss_words(item, pubDate=format_datetime(change.at))
        for term in filter(None, (change.kind, change.domain)):
            _rss_words(item, category=term)
    body = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return HttpResponse(body, content_type=f"{RSS_TYPE}; charset=utf-8")


def _rss_words(parent: "etree._Element", **words: str) -> None:
    for name, text in words.items():
        etree.SubElement(parent, name).text = text


def _text(parent: xml.Element, name: str, words: str) -> None:
    xml.SubElement(parent, f"{{{ATOM}}}{name}").text = words


def _json(request: HttpRequest, page: Page) -> HttpResponse:
    links = _links(request, page, "json_feed")
    body: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(),
        "home_page_url": request.build_absolute_uri(reverse("open_data:home")),
        "feed_url": links["first"],
        "language": _language(request),
        "authors": [{"name": datasets.publisher().name}],
        "items": [_item(request, change) for change in page.changes],
    }
    if "next" in links:
        body["next_url"] = links["next"]
    return JsonResponse(body, content_type=JSON_TYPE, json_dumps_params={"ensure_ascii": False})


def _item(request: HttpRequest, change: Change) -> dict[str, Any]:
    return {
        "id": change.uuid,
        "url": _about(request, change),
        "title": change.title,
        "content_text": change.text,
        "date_published": change.at.isoformat(),
        "tags": [term for term in (change.kind, change.domain) if term],
        "_tinhso": {
            "snapshot": change.snapshot or None,
            "indicators": list(change.codes),
            "periods": list(change.periods),
            "units": list(change.refs),
        },
    }


atom, rss, json_feed = _feed(_atom), _feed(_rss), _feed(_json)
