"""BPMN files opened safely: no DTD, no entities, nothing fetched, no more than so many bytes."""

from typing import Any, TypeAlias

from django.utils.translation import gettext as _
from lxml import etree

from tinhso.blocks.bpmn.queries.shapes import BadProcess, DrawingFault

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
# What drafts of the standard called it, and what some tools write
OLDER = ("http://schema.omg.org/spec/BPMN/2.0", "http://www.omg.org/spec/BPMN/20100501", f"{BPMN}/")
OURS = "urn:tinhso:bpmn:1"
MOST_BYTES = 1_000_000
MOST_ELEMENTS = 20_000

Element: TypeAlias = Any  # of lxml, which brings no types


def parse_bpmn(content: bytes) -> Element:
    """The root of a BPMN file; refuses what is too large, no XML, or brings definitions of its own."""
    if len(content) > MOST_BYTES:
        raise _bad_process(_("tệp lớn hơn %(most)s kB") % {"most": MOST_BYTES // 1000})
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _bad_process(_("tệp không phải XML đúng cú pháp")) from error
    if root.getroottree().docinfo.doctype or any(isinstance(element, etree._Entity) for element in root.iter()):
        raise _bad_process(_("tệp có DOCTYPE hoặc thực thể; hãy bỏ đi"))
    _rename_old_elements(root)
    if root.tag != f"{{{BPMN}}}definitions":
        raise _bad_process(_("tệp không phải BPMN 2.0"))
    if sum(1 for _element in root.iter()) > MOST_ELEMENTS:
        raise _bad_process(_("tệp có quá nhiều phần tử"))
    return root


def _rename_old_elements(root: Element) -> None:
    """Elements of an older name of the language under its present one."""
    older = next((namespace for namespace in OLDER if root.tag == f"{{{namespace}}}definitions"), None)
    for element in root.iter() if older else ():
        if str(element.tag).startswith(f"{{{older}}}"):
            element.tag = f"{{{BPMN}}}{element.tag.rpartition('}')[2]}"


def as_text(content: bytes) -> str:
    """The file as text that says the same in UTF-8; its own letters where it is written so already."""
    root = parse_bpmn(content)
    if (root.getroottree().docinfo.encoding or "UTF-8").upper() in ("UTF-8", "ASCII", "US-ASCII"):
        return content.decode("utf-8-sig")
    return str(etree.tostring(root, encoding="unicode"))


def tag_of(element: Element) -> str:
    """The element's name in the language of BPMN; empty for elements of other languages."""
    name = str(element.tag)
    return name[len(BPMN) + 2 :] if name.startswith(f"{{{BPMN}}}") else ""


def own_attribute(element: Element, name: str) -> str:
    """An attribute of our own, tidied."""
    return " ".join((element.get(f"{{{OURS}}}{name}") or "").split())


def speaks_ours(element: Element) -> bool:
    """Whether the file knows our own attributes: conditions in one that does not may be of any language."""
    return OURS in element.nsmap.values()


def name_on_one_line(text: str | None) -> str:
    """A name on one line."""
    return " ".join((text or "").split())[:200]


def fault_of_element(element: Element, why: str) -> DrawingFault:
    """What is wrong with an element, which it names."""
    return DrawingFault(element.get("id") or "?", tag_of(element) or "?", name_on_one_line(element.get("name")), why)


def _bad_process(why: str) -> BadProcess:
    return BadProcess([DrawingFault("definitions", "definitions", "", why)])
