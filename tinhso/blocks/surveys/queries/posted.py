"""What our own page sends, as a form filled in: the same XML that other clients send, judged by the same judge."""

import re
from collections.abc import Callable, Mapping

from django.http import QueryDict
from lxml import etree

from tinhso.blocks.surveys.queries.evaluating import FormNode
from tinhso.blocks.surveys.queries.xform import SurveyForm, SurveyQuestion
from tinhso.kernel.text import for_xml

MOST_ROWS = 50
ENDING = re.compile(r"\.([A-Za-z0-9]{1,8})$")


def node_of(form: SurveyForm, posted: QueryDict, files: Mapping[str, str], meta: Mapping[str, str]) -> FormNode:
    """The answers as nodes; ``files`` are names of files by key, ``meta`` what is put in by what it is."""
    return _posted_node(form.root, posted, lambda question, key: _posted_value(question, posted, files, meta, key), "")


def before(form: SurveyForm, posted: QueryDict, files: Mapping[str, str], meta: Mapping[str, str]) -> FormNode:
    """The answers as they were when the page was made, as far as it says so; else as they are."""
    was = QueryDict(mutable=True)
    for name in posted:
        if name.startswith("was."):
            was.setlist(f"q.{name.removeprefix('was.')}", posted.getlist(name))

    def value(question: SurveyQuestion, key: str) -> str:
        if f"q.{key}" not in was:
            return _posted_value(question, posted, files, meta, key)
        return _posted_value(question, was, {key: str(was[f"q.{key}"])}, meta, key)

    return _posted_node(form.root, posted, value, "")


def _posted_node(
    question: SurveyQuestion, posted: QueryDict, value: Callable[[SurveyQuestion, str], str], key: str
) -> FormNode:
    node = FormNode(question.name)
    if not question.is_group:
        node.value = value(question, key)
    for child in question.children:
        below = f"{key}.{child.name}" if key else child.name
        if child.kind != "repeat":
            node.add(_posted_node(child, posted, value, below))
            continue
        for place in posted_row_numbers(posted, below):
            node.add(_posted_node(child, posted, value, f"{below}.{place}"))
    return node


def posted_row_numbers(posted: QueryDict, key: str) -> list[int]:
    """The numbers of the rows of a repeat that were sent, in order."""
    row_key_pattern = re.compile(rf"q\.{re.escape(key)}\.(\d{{1,3}})(?:\.|$)")
    numbers = {int(match[1]) for name in posted if (match := row_key_pattern.match(name))}
    return sorted(numbers)[:MOST_ROWS]


def _posted_value(
    question: SurveyQuestion, posted: QueryDict, files: Mapping[str, str], meta: Mapping[str, str], key: str
) -> str:
    if question.preload:
        return meta.get(question.preload, "")
    if question.kind == "file":
        return files.get(key, "")
    if question.kind in {"many", "rank"}:
        text = " ".join(choice for choice in posted.getlist(f"q.{key}") if choice)
    else:
        text = str(posted.get(f"q.{key}") or "") or (question.default if not question.is_asked else "")
    text = for_xml(text).replace("\r\n", "\n").strip()
    if question.kind == "decimal":
        return text.replace(",", ".")
    return text.replace(",", " ") if question.kind == "geopoint" and text.count(",") == 1 else text


def file_name(instance: str, key: str, text: str) -> str:
    """The name under which a photo goes with its form: the form's, the question's, the ending."""
    ending = ENDING.search(text)
    stem = re.sub(r"[^A-Za-z0-9]+", "-", f"{instance.removeprefix('uuid:')[:8]}-{key}").strip("-")
    return f"{stem[:100]}.{ending[1].lower() if ending else 'jpg'}"


def xml_of(form: SurveyForm, node: FormNode, *, instance: str) -> bytes:
    """The form filled in, as clients of OpenRosa write it."""
    root = etree.Element(node.name, {"id": form.id, "version": form.version})
    _append_node(root, node)
    meta = next((child for child in root if child.tag == "meta"), None)
    meta = etree.SubElement(root, "meta") if meta is None else meta
    for old in list(meta):
        meta.remove(old)
    etree.SubElement(meta, "instanceID").text = instance
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _append_node(element: "etree._Element", node: FormNode) -> None:
    for child in node.children:
        below = etree.SubElement(element, child.name)
        if child.children:
            _append_node(below, child)
        else:
            below.text = child.value
