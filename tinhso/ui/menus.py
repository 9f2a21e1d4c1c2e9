"""The menu: what apps registered, put in order for the one who looks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.kernel.actor import Actor
from tinhso.ui.navigation import (
    NavigationEntry,
    NavigationGroup,
    ProductSection,
    navigation_entries,
    starts,
    steering_actions,
)

_SECTION_LABELS = {
    ProductSection.PEOPLE: gettext_noop("Người dân"),
    ProductSection.WORK: gettext_noop("Việc của tôi"),
    ProductSection.STEERING: gettext_noop("Điều hành"),
    ProductSection.ADMINISTRATION: gettext_noop("Quản trị"),
}
_GROUP_LABELS = {
    NavigationGroup.SERVICES: gettext_noop("Dịch vụ"),
    NavigationGroup.OPENNESS: gettext_noop("Công khai, minh bạch"),
    NavigationGroup.GOVERNMENT: gettext_noop("Chính quyền số"),
    NavigationGroup.ECONOMY: gettext_noop("Kinh tế số"),
    NavigationGroup.SOCIETY: gettext_noop("Xã hội số"),
    NavigationGroup.DATA: gettext_noop("Dữ liệu"),
    NavigationGroup.LEADERSHIP: gettext_noop("Chỉ đạo, điều hành"),
    NavigationGroup.FIGURES: gettext_noop("Số liệu"),
    NavigationGroup.ACCOUNTS: gettext_noop("Người dùng, đơn vị"),
    NavigationGroup.CATALOGUES: gettext_noop("Thủ tục, biểu mẫu"),
    NavigationGroup.OPERATION: gettext_noop("Vận hành"),
}


@dataclass(frozen=True)
class NavItem:
    """One way in the menu; ``active`` where the page that is shown belongs to it, ``may_open`` for who looks.

    ``address`` is the name of the address to which it leads.
    """

    label: str
    href: str
    active: bool
    icon: str
    description: str = ""
    may_open: bool = True
    words: Sequence[str] = ()
    address: str = ""


@dataclass(frozen=True)
class NavGroup:
    """Ways that stand together under a label."""

    label: str
    items: Sequence[NavItem]

    @property
    def active(self) -> bool:
        """Whether the page that is shown belongs to one of them."""
        return any(item.active for item in self.items)


@dataclass(frozen=True)
class NavMenu:
    """One menu of the header: a part of the product, or a group where there is only one part."""

    label: str
    groups: Sequence[NavGroup]

    @property
    def active(self) -> bool:
        """Whether the page that is shown belongs to it."""
        return any(group.active for group in self.groups)


def navigation_menus(path: str, actor: Actor) -> list[NavMenu]:
    """What ``actor`` may open: a menu for each part of the product, or for each group where there is only one part."""
    menus = []
    for section, groups in navigation_groups(path, actor, only_open=True):
        menus.append(NavMenu(section_label(section), groups))
    if len(menus) == 1:
        return [NavMenu(group.label, [NavGroup("", group.items)]) for group in menus[0].groups]
    return menus


def navigation_groups(
    path: str, actor: Actor, *, only_open: bool = False
) -> Iterator[tuple[ProductSection, list[NavGroup]]]:
    """All ways to pages that exist, part by part; with ``only_open`` those that ``actor`` may open."""
    entries = [(entry, href) for entry in navigation_entries() if (href := address_of(entry.address))]
    current = _covering_entry(path, entries)
    for section in ProductSection:
        groups = []
        for group in (group for group in NavigationGroup if group.section == section):
            items = [
                _nav_item(entry, href, entry is current, may_open)
                for entry, href in entries
                if entry.group == group and ((may_open := _may_open(entry, actor)) or not only_open)
            ]
            if items:
                groups.append(NavGroup(group_label(group), items))
        if groups:
            yield section, groups


def _nav_item(entry: NavigationEntry, href: str, active: bool, may_open: bool) -> NavItem:
    description = _translated_text(entry.description)
    return NavItem(_(entry.label), href, active, entry.icon, description, may_open, entry.words, entry.address)


def open_items(actor: Actor) -> list[NavItem]:
    """All ways that ``actor`` may open in the order of the menu, those for everybody last."""
    sections = sorted(navigation_groups("", actor, only_open=True), key=lambda pair: pair[0] == ProductSection.PEOPLE)
    return [item for _section, groups in sections for group in groups for item in group.items]


def start_href(actor: Actor) -> str:
    """Where ``actor`` begins: the page registered for a right of theirs, else the first of work, steering or
    administration; empty for who may open none of them."""
    for start in starts():
        if actor.can(start.right) and (href := address_of(start.address)):
            return href
    official = (entry for entry in navigation_entries() if entry.section != ProductSection.PEOPLE)
    return next((href for entry in official if _may_open(entry, actor) and (href := address_of(entry.address))), "")


@dataclass(frozen=True)
class SteeringWay:
    """The way to an act on things: its page with what it is about, its label, its icon."""

    href: str
    label: str
    icon: str


def steering_way(actor: Actor, *subjects: str) -> SteeringWay | None:
    """The way to steer by things, each named ``kind:ref``; None where there is none, or where ``actor`` may not."""
    for act in steering_actions():
        href = address_of(act.address)
        if href and actor.can(act.right):
            query = urlencode({"about": subjects}, doseq=True, safe="/", quote_via=quote)
            return SteeringWay(f"{href}?{query}", act.label, act.icon)
    return None


def public_hrefs() -> list[str]:
    """The addresses of the pages that everybody may open."""
    entries = [entry for entry in navigation_entries() if entry.right is None and entry.opens_for is None]
    return [href for entry in entries if (href := address_of(entry.address))]


def section_label(section: ProductSection) -> str:
    """What a part of the product is called."""
    return _(_SECTION_LABELS[section])


def group_label(group: NavigationGroup) -> str:
    """What a group of ways is called; empty where it needs no name beside its part's."""
    return _translated_text(_GROUP_LABELS.get(group, ""))


def _covering_entry(path: str, entries: Sequence[tuple[NavigationEntry, str]]) -> NavigationEntry | None:
    """The way that the page at ``path`` belongs to: the one with the longest beginning of it."""
    beginnings = [(prefix, entry) for entry, href in entries for prefix in (href, *entry.covers)]
    fitting = [(prefix, entry) for prefix, entry in beginnings if path == prefix or _is_below(path, prefix)]
    return max(fitting, key=lambda pair: len(pair[0]), default=("", None))[1]


def _is_below(path: str, prefix: str) -> bool:
    return prefix not in ("", "/") and path.startswith(prefix)


def _may_open(entry: NavigationEntry, actor: Actor) -> bool:
    if entry.opens_for is not None:
        return entry.opens_for(actor)
    return entry.right is None or actor.can(entry.right)


def _translated_text(text: str) -> str:
    return _(text) if text else ""  # the catalogue answers an empty text with its own head


def address_of(name: str) -> str:
    """The address with a name; empty where the app that has it is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
