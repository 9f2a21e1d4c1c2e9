"""An XForm read as a tree of questions: what our own page draws, and what every answer is judged by."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lxml import etree

from tinhso.blocks.surveys.queries.evaluating import Node
from tinhso.blocks.surveys.queries.xpath import Ast, Unreadable, parse

Label = Mapping[str, tuple[str | Ast, ...]]  # language → words and expressions in turn
CHOSEN = {"one", "many", "rank"}
CONTROLS = {"input", "select", "select1", "upload", "trigger", "group", "repeat", "range", "rank", "secret"}
KINDS = {
    "int": "int", "integer": "int", "decimal": "decimal", "date": "date", "time": "time", "dateTime": "datetime",
    "geopoint": "geopoint", "binary": "file", "barcode": "text", "string": "text",
}  # fmt: skip
JR = "{http://openrosa.org/javarosa}"
ITEXT = re.compile(r"\s*jr:itext\('(.*)'\)\s*")
MISSING = "-"  # what pyxform writes where a translation is missing


@dataclass(eq=False)
class Question:
    """One question, group or repeat. ``kind`` is one of: text int decimal date time datetime one many rank geopoint
    file trigger note group repeat; ``is_asked``: it stands on the form rather than being worked out or put in."""

    name: str
    path: str
    kind: str = "text"
    is_asked: bool = False
    label: Label = field(default_factory=dict)
    hint: Label = field(default_factory=dict)
    appearance: str = ""
    relevant: Ast | None = None
    required: Ast | None = None
    constraint: Ast | None = None
    calculate: Ast | None = None
    message: Label = field(default_factory=dict)
    required_message: Label = field(default_factory=dict)
    readonly: bool = False
    default: str = ""
    preload: str = ""
    media: str = ""
    bounds: tuple[str, str, str] = ("", "", "")
    choices: Ast | None = None
    choice_value: str = "name"
    choice_label: str = "label"
    children: list["Question"] = field(default_factory=list)
    times: Ast | None = None

    def all(self) -> Iterator["Question"]:
        """It and all below."""
        yield self
        for child in self.children:
            yield from child.all()

    @property
    def is_group(self) -> bool:
        """Whether it holds other questions."""
        return self.kind in {"group", "repeat"}


@dataclass
class Form:
    """A version's questions; ``lists`` are choices by name, ``outside`` the lists that come as files."""

    id: str
    version: str
    title: str
    root: Question
    lists: dict[str, Node]
    outside: dict[str, str]
    languages: tuple[str, ...]
    default_language: str
    texts: dict[str, Label]
    by_path: dict[str, Question]

    def language(self, code: str) -> str:
        """The form's own language for a page in ``code`` ("vi", "en"); its default where it has none."""
        return next((one for one in self.languages if f"({code})" in one or one == code), self.default_language)


def safe_xml(content: bytes | str) -> Any:
    """The root of a document without DTD, entities or the network; raises ``etree.XMLSyntaxError``."""
    data = content.encode() if isinstance(content, str) else content
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\0" in data:
        raise etree.XMLSyntaxError("DTD", 0, 0, 0)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(data, parser)


def local(element: Any) -> str:
    """An element's name without its namespace."""
    return str(etree.QName(element).localname)


@lru_cache(maxsize=32)
def read(xform: str) -> Form:
    """The questions of an XForm that pyxform made."""
    root = safe_xml(xform)
    head = next(one for one in root if local(one) == "head")
    model = next(one for one in head if local(one) == "model")
    texts, languages, default = _texts(model)
    instances = [one for one in model if local(one) == "instance"]
    data = instances[0][0]
    top = _skeleton(data, "")
    title = next((one.text or "" for one in head if local(one) == "title"), "")
    by_path = {one.path: one for one in top.all()}
    form = Form(
        id=data.get("id", ""), version=data.get("version", ""), title=title,
        root=top, lists={one.get("id"): _items(one) for one in instances[1:] if not one.get("src")},
        outside={one.get("id"): one.get("src").rpartition("/")[2] for one in instances[1:] if one.get("src")},
        languages=languages, default_language=default, texts=texts, by_path=by_path,
    )  # fmt: skip
    for bind in (one for one in model if local(one) == "bind"):
        if bind.get("nodeset") in by_path:
            _bind(by_path[bind.get("nodeset")], bind, form)
    body = next(one for one in root if local(one) == "body")
    _controls(body, form)
    return form


def _texts(model: Any) -> tuple[dict[str, Label], tuple[str, ...], str]:
    found: dict[str, dict[str, tuple[str | Ast, ...]]] = {}
    languages, default = [], ""
    for translation in (one for itext in model if local(itext) == "itext" for one in itext):
        language = translation.get("lang", "")
        languages.append(language)
        default = language if translation.get("default") else default
        for entry in translation:
            plain = next((value for value in entry if not value.get("form")), None)
            if plain is not None:
                found.setdefault(entry.get("id"), {})[language] = _words(plain)
    return dict(found), tuple(languages), default or (languages[0] if languages else "")


def _words(element: Any) -> tuple[str | Ast, ...]:
    parts: list[str | Ast] = [element.text or ""]
    for output in element:
        parts += [parse(output.get("value", "''")), output.tail or ""]
    return tuple(part for part in parts if part != "")


def _label(element: Any, form: Form) -> Label:
    return _referred(element.get("ref"), form) if element.get("ref") else {"": _words(element)}


def _referred(told: str | None, form: Form) -> Label:
    if not told:
        return {}
    match = ITEXT.fullmatch(told)
    return form.texts.get(match[1], {}) if match else {"": (told,)}


def _skeleton(element: Any, above: str) -> Question:
    path = f"{above}/{local(element)}"
    question = Question(name=local(element), path=path, default=(element.text or "").strip())
    if len(element) or element.get(f"{JR}template") is not None:
        question.kind = "group"
    seen: set[str] = set()
    for child in element:
        if local(child) not in seen:  # a repeat stands there twice: as a template and as its first row
            seen.add(local(child))
            question.children.append(_skeleton(child, path))
    return question


def _items(instance: Any) -> Node:
    top = Node(instance.get("id"))
    for element in instance:
        _grow(top, element)
    return top


def _grow(above: Node, element: Any) -> None:
    node = above.add(Node(local(element), (element.text or "").strip() if not len(element) else ""))
    for child in element:
        _grow(node, child)


def _parsed(question: Question, told: str) -> Ast:
    try:
        return parse(told)
    except Unreadable as problem:
        raise Unreadable(f"{question.name}: {told.strip()[:200]}") from problem


def _bind(question: Question, bind: Any, form: Form) -> None:
    if not question.is_group:
        question.kind = KINDS.get(bind.get("type", "string"), "text")
    for name in ("relevant", "required", "constraint", "calculate"):
        if told := bind.get(name):
            setattr(question, name, _parsed(question, told))
    question.readonly = bind.get("readonly") == "true()"
    question.message = _referred(bind.get(f"{JR}constraintMsg"), form)
    question.required_message = _referred(bind.get(f"{JR}requiredMsg"), form)
    params = bind.get(f"{JR}preloadParams")
    question.preload = {"timestamp": params, "date": "today", "property": params, "uid": "uid"}.get(
        bind.get(f"{JR}preload", ""), ""
    ) or ""


def _controls(parent: Any, form: Form) -> None:
    for control in parent:
        kind = local(control)
        if kind not in CONTROLS:
            continue
        if kind == "group":
            _group(control, form)
            continue
        question = form.by_path[control.get("nodeset") or control.get("ref")]
        if kind == "repeat":
            question.kind, question.times = (
                "repeat",
                parse(control.get(f"{JR}count")) if control.get(f"{JR}count") else None,
            )
            _controls(control, form)
            continue
        _asked(question, control, kind, form)


def _group(control: Any, form: Form) -> None:
    question = form.by_path.get(control.get("ref", ""))
    if question is not None:
        _dress(question, control, form)
    _controls(control, form)


def _dress(question: Question, control: Any, form: Form) -> None:
    question.is_asked = True
    question.appearance = control.get("appearance", "")
    for child in control:
        if local(child) in {"label", "hint"}:
            setattr(question, local(child), _label(child, form))


def _asked(question: Question, control: Any, kind: str, form: Form) -> None:
    _dress(question, control, form)
    chosen = {"select1": "one", "select": "many", "rank": "rank", "trigger": "trigger"}
    question.kind = chosen.get(kind, question.kind)
    if kind == "input" and question.readonly and question.calculate is None:
        question.kind = "note"
    if kind == "upload":
        question.media = control.get("mediatype", "")
    if kind == "range":
        question.bounds = (control.get("start", ""), control.get("end", ""), control.get("step", ""))
    for itemset in (one for one in control if local(one) == "itemset"):
        question.choices = parse(_plain(itemset.get("nodeset")))
        for child in itemset:
            name = "choice_value" if local(child) == "value" else "choice_label"
            setattr(question, name, child.get("ref", ""))


def _plain(nodeset: str) -> str:
    """The set itself where choices are to be shuffled: the order of choices is not judged."""
    match = re.fullmatch(r"\s*randomize\((.*?)(?:,\s*[\d.]+)?\)\s*", nodeset)
    return match[1] if match else nodeset
