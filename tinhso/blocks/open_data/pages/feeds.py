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
from tinhso.blocks.open_data.queries.changes import FeedChange, FeedPage
from tinhso.kernel.errors import Refused, gettext_noop
from tinhso.ui.wording import name_of

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE, JSON_TYPE, RSS_TYPE = "application/atom+xml", "application/feed+json", "application/rss+xml"
LANGUAGES = ("vi", "en")


def _feed_language(request: HttpRequest) -> str:
    text = request.GET.get("lang", "")
    return text if text in LANGUAGES else (get_language() or "vi")[:2]


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdecimal()) or len(text) > 6:
        raise Refused("bad_page", gettext_noop("Số trang phải là số nguyên dương."))
    return int(text)


def _feed_etag(request: HttpRequest) -> str:
    number, _at, learned = queries.newest_moment()
    return quote_etag(f"{number}-{learned}-{_feed_language(request)}-{_page_number(request)}-{request.get_host()}")


def _feed_modified_at(request: HttpRequest) -> datetime | None:
    _snapshot, at, learned = queries.newest_moment()
    return max((moment for moment in (at, learned) if moment), default=None)


def _feed_view(write: Callable[[HttpRequest, FeedPage], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    @require_safe
    @cache_control(public=True, max_age=60)
    @condition(etag_func=_feed_etag, last_modified_func=_feed_modified_at)
    def answer(request: HttpRequest) -> HttpResponse:
        with override(_feed_language(request)):
            return write(request, queries.feed_page(_page_number(request)))

    return answer


def _feed_address(request: HttpRequest, name: str, page: int) -> str:
    query = {"lang": _feed_language(request)} | ({"page": str(page)} if page > 1 else {})
    return f"{request.build_absolute_uri(reverse(f'open_data:{name}'))}?{urlencode(query)}"


def _feed_links(request: HttpRequest, page: FeedPage, name: str) -> dict[str, str]:
    """Where to go from this page (RFC 5005, section 3)."""
    around = {"self": page.number, "first": 1, "last": page.pages}
    around |= {"previous": page.number - 1} if page.number > 1 else {}
    around |= {"next": page.number + 1} if page.number < page.pages else {}
    return {rel: _feed_address(request, name, number) for rel, number in around.items()}


def _change_address(request: HttpRequest, change: FeedChange) -> str:
    """The page that shows what changed."""
    home = reverse("open_data:home")
    return request.build_absolute_uri(reverse("open_data:open_set", args=[change.domain]) if change.domain else home)


def _feed_title() -> str:
    who = datasets.data_publisher()
    return _("Thay đổi số liệu mở của %(name)s") % {"name": name_of({"name": who.name, "name_en": who.name_en})}


def _atom_response(request: HttpRequest, page: FeedPage) -> HttpResponse:
    xml.register_namespace("", ATOM)
    home = request.build_absolute_uri(reverse("open_data:home"))
    feed = xml.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": _feed_language(request)})
    _add_text_element(feed, "id", f"urn:uuid:{uuid5(NAMESPACE_URL, home)}")
    _add_text_element(feed, "title", _feed_title())
    _add_text_element(
        feed, "updated", (page.updated or datetime.fromisoformat("1970-01-01T00:00:00+00:00")).isoformat()
    )
    author = xml.SubElement(feed, f"{{{ATOM}}}author")
    _add_text_element(author, "name", datasets.data_publisher().name)
    for rel, address in _feed_links(request, page, "atom").items():
        xml.SubElement(feed, f"{{{ATOM}}}link", rel=rel, href=address, type=ATOM_TYPE)
    xml.SubElement(feed, f"{{{ATOM}}}link", rel="alternate", href=home, type="text/html")
    for change in page.changes:
        _add_atom_entry(request, feed, change)
    body = xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, content_type=f"{ATOM_TYPE}; charset=utf-8")


def _add_atom_entry(request: HttpRequest, feed: xml.Element, change: FeedChange) -> None:
    entry = xml.SubElement(feed, f"{{{ATOM}}}entry")
    _add_text_element(entry, "id", change.uuid)
    _add_text_element(entry, "title", change.title)
    _add_text_element(entry, "updated", change.at.isoformat())
    _add_text_element(entry, "published", change.at.isoformat())
    xml.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=_change_address(request, change), type="text/html")
    for term in filter(None, (change.kind, change.domain)):
        xml.SubElement(entry, f"{{{ATOM}}}category", term=term)
    _add_text_element(entry, "summary", change.text)


def _rss_response(request: HttpRequest, page: FeedPage) -> HttpResponse:
    """RSS 2.0 (https://www.rssboard.org/rss-specification), with Atom's links for where to go on."""
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": ATOM})
    channel = etree.SubElement(root, "channel")
    home = request.build_absolute_uri(reverse("open_data:home"))
    about = _("Những lần công bố và đính chính số liệu, mới nhất trước.")
    _rss_words(channel, title=_feed_title(), link=home, description=about, language=_feed_language(request))
    if page.updated:
        _rss_words(channel, lastBuildDate=format_datetime(page.updated))
    for rel, address in _feed_links(request, page, "rss").items():
        etree.SubElement(channel, f"{{{ATOM}}}link", {"rel": rel, "href": address, "type": RSS_TYPE})
    for change in page.changes:
        item = etree.SubElement(channel, "item")
        _rss_words(item, title=change.title, link=_change_address(request, change), description=change.text)
        etree.SubElement(item, "guid", {"isPermaLink": "false"}).text = change.uuid
        _rss_words(item, pubDate=format_datetime(change.at))
        for term in filter(None, (change.kind, change.domain)):
            _rss_words(item, category=term)
    body = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return HttpResponse(body, content_type=f"{RSS_TYPE}; charset=utf-8")


def _rss_words(parent: "etree._Element", **words: str) -> None:
    for name, text in words.items():
        etree.SubElement(parent, name).text = text


def _add_text_element(parent: xml.Element, name: str, words: str) -> None:
    xml.SubElement(parent, f"{{{ATOM}}}{name}").text = words


def _json_feed_response(request: HttpRequest, page: FeedPage) -> HttpResponse:
    links = _feed_links(request, page, "json_feed")
    body: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _feed_title(),
        "home_page_url": request.build_absolute_uri(reverse("open_data:home")),
        "feed_url": links["first"],
        "language": _feed_language(request),
        "authors": [{"name": datasets.data_publisher().name}],
        "items": [_json_feed_item(request, change) for change in page.changes],
    }
    if "next" in links:
        body["next_url"] = links["next"]
    return JsonResponse(body, content_type=JSON_TYPE, json_dumps_params={"ensure_ascii": False})


def _json_feed_item(request: HttpRequest, change: FeedChange) -> dict[str, Any]:
    return {
        "id": change.uuid,
        "url": _change_address(request, change),
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


atom, rss, json_feed = _feed_view(_atom_response), _feed_view(_rss_response), _feed_view(_json_feed_response)
