"""An XForm read as a tree of questions: what our own page draws, and what every answer is judged by."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lxml import etree

from tinhso.blocks.surveys.queries import actions
from tinhso.blocks.surveys.queries.evaluating import FormNode
from tinhso.blocks.surveys.queries.xpath import Ast, UnreadableExpression, list_named, parse_xpath

Label = Mapping[str, tuple[str | Ast, ...]]  # language → words and expressions in turn
CHOSEN = {"one", "many", "rank"}
CONTROLS = {"input", "select", "select1", "upload", "trigger", "group", "repeat", "range", "rank", "secret"}
KINDS = {
    "int": "int",
    "integer": "int",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "dateTime": "datetime",
    "geopoint": "geopoint",
    "binary": "file",
    "barcode": "text",
    "string": "text",
}
XFORMS = "http://www.w3.org/2002/xforms"
JR = "{http://openrosa.org/javarosa}"
ITEMSETS = "itemsets.csv"  # where lists of "select_one_external" stand together, each row with its list_name
LAST_SAVED = "jr://instance/last-saved"  # the form as it was sent before: a device may know it, we do not
SEARCH = re.compile(r"search\s*\((.*)\)")
ITEXT = re.compile(r"\s*jr:itext\('(.*)'\)\s*")
MISSING = "-"  # what pyxform writes where a translation is missing


@dataclass(eq=False)
class SurveyQuestion:
    """One question, group or repeat. ``kind`` is one of: text int decimal date time datetime one many rank geopoint
    file trigger note group repeat; ``is_asked``: it stands on the form rather than being worked out or put in.
    ``first`` is worked out when the form is opened, ``each_row`` when a row of the repeat around it is begun.
    ``sets``: the paths of what a change of this answer puts values into, with the values; ``is_set`` of those."""

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
    first: Ast | None = None
    each_row: Ast | None = None
    sets: list[tuple[str, Ast]] = field(default_factory=list)
    is_set: bool = False
    preload: str = ""
    media: str = ""
    bounds: tuple[str, str, str] = ("", "", "")
    choices: Ast | None = None
    choice_value: str = "name"
    choice_label: str = "label"
    children: list["SurveyQuestion"] = field(default_factory=list)
    times: Ast | None = None

    def all(self) -> Iterator["SurveyQuestion"]:
        """It and all below."""
        yield self
        for child in self.children:
            yield from child.all()

    @property
    def is_group(self) -> bool:
        """Whether it holds other questions."""
        return self.kind in {"group", "repeat"}


@dataclass
class SurveyForm:
    """A version's questions; ``lists`` are choices by name, ``outside`` the files that further lists come as ("x.csv",
    or "itemsets.csv#x" for one list among those of a file), ``pictures`` other files that words speak of."""

    id: str
    version: str
    title: str
    root: SurveyQuestion
    lists: dict[str, FormNode]
    outside: dict[str, str]
    languages: tuple[str, ...]
    default_language: str
    texts: dict[str, Label]
    by_path: dict[str, SurveyQuestion]
    pictures: tuple[str, ...] = ()

    @property
    def files(self) -> set[str]:
        """The names of the files that lists come as."""
        return {name.partition("#")[0] for name in self.outside.values()}

    def language(self, code: str) -> str:
        """The form's own language for a page in ``code`` ("vi", "en"); its default where it has none."""
        return next(
            (language for language in self.languages if f"({code})" in language or language == code),
            self.default_language,
        )


def safe_xml(content: bytes | str) -> Any:
    """The root of a document without DTD, entities or the network; raises ``etree.XMLSyntaxError``."""
    data = content.encode() if isinstance(content, str) else content
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\0" in data:
        raise etree.XMLSyntaxError("DTD", 0, 0, 0)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None:  # in another encoding the search above sees nothing
        raise etree.XMLSyntaxError("DTD", 0, 0, 0)
    return root


def local_name(element: Any) -> str:
    """An element's name without its namespace."""
    return str(etree.QName(element).localname)


@lru_cache(maxsize=32)
def read_xform(xform: str) -> SurveyForm:
    """The questions of an XForm that pyxform made."""
    root = safe_xml(xform)
    head = next(element for element in root if local_name(element) == "head")
    model = next(element for element in head if local_name(element) == "model")
    texts, languages, default = _form_texts(model)
    instances = [element for element in model if local_name(element) == "instance"]
    data = instances[0][0]
    top = _question_skeleton(data, "")
    title = next((element.text or "" for element in head if local_name(element) == "title"), "")
    by_path = {survey_question.path: survey_question for survey_question in top.all()}
    form = SurveyForm(
        id=data.get("id", ""),
        version=data.get("version", ""),
        title=title,
        root=top,
        lists={instance.get("id"): _list_items(instance) for instance in instances[1:] if _is_inside(instance)},
        outside={
            instance.get("id"): instance.get("src").rpartition("/")[2]
            for instance in instances[1:]
            if not _is_inside(instance)
        },
        languages=languages,
        default_language=default,
        texts=texts,
        by_path=by_path,
        pictures=_media_files(model),
    )
    for bind in (element for element in model if local_name(element) == "bind"):
        if bind.get("nodeset") in by_path:
            _apply_bind(by_path[bind.get("nodeset")], bind, form)
    actions.read_into(by_path, root)
    body = next(element for element in root if local_name(element) == "body")
    _read_controls(body, form)
    return form


def with_id_and_version(xform: str, *, code: str, version: str) -> str:
    """The same XForm under another id and version."""
    root = safe_xml(xform)
    primary = next(root.iter(f"{{{XFORMS}}}instance"))[0]
    primary.set("id", code)
    primary.set("version", version)
    return f'<?xml version="1.0"?>{etree.tostring(root, encoding="unicode")}'


def _is_inside(instance: Any) -> bool:
    """Whether a list stands in the form itself, or is nowhere (what this device sent before: always empty here)."""
    return not instance.get("src") or instance.get("src").startswith(LAST_SAVED)


def _media_files(model: Any) -> tuple[str, ...]:
    """Files that itext and lists speak of: pictures, sounds, films."""
    spoken = {text.partition("/")[2] for element in model.iter() if (text := _media_address(element.text))}
    return tuple(sorted(spoken))


def _media_address(text: str | None) -> str:
    match = re.fullmatch(r"\s*jr://(?:images|audio|video)(/[^/]+?)\s*", text or "")
    return match[1] if match else ""


def _form_texts(model: Any) -> tuple[dict[str, Label], tuple[str, ...], str]:
    texts_by_id: dict[str, dict[str, tuple[str | Ast, ...]]] = {}
    languages, default = [], ""
    for translation in (child for itext in model if local_name(itext) == "itext" for child in itext):
        language = translation.get("lang", "")
        languages.append(language)
        default = language if translation.get("default") else default
        for entry in translation:
            plain = next((value for value in entry if not value.get("form")), None)
            if plain is not None:
                texts_by_id.setdefault(entry.get("id"), {})[language] = _output_words(plain)
    return dict(texts_by_id), tuple(languages), default or (languages[0] if languages else "")


def _output_words(element: Any) -> tuple[str | Ast, ...]:
    parts: list[str | Ast] = [element.text or ""]
    for output in element:
        parts += [parse_xpath(output.get("value", "''")), output.tail or ""]
    return tuple(part for part in parts if part != "")


def _label_of(element: Any, form: SurveyForm) -> Label:
    return _referred_label(element.get("ref"), form) if element.get("ref") else {"": _output_words(element)}


def _referred_label(text: str | None, form: SurveyForm) -> Label:
    if not text:
        return {}
    match = ITEXT.fullmatch(text)
    return form.texts.get(match[1], {}) if match else {"": (text,)}


def _question_skeleton(element: Any, above: str) -> SurveyQuestion:
    path = f"{above}/{local_name(element)}"
    question = SurveyQuestion(name=local_name(element), path=path, default=(element.text or "").strip())
    if len(element) or element.get(f"{JR}template") is not None:
        question.kind = "group"
    child_names: set[str] = set()
    for child in element:
        if local_name(child) not in child_names:  # a repeat stands there twice: as a template and as its first row
            child_names.add(local_name(child))
            question.children.append(_question_skeleton(child, path))
    return question


def _list_items(instance: Any) -> FormNode:
    top = FormNode(instance.get("id"))
    for element in instance:
        append_element(top, element)
    return top


def append_element(above: FormNode, element: Any) -> None:
    """Put an element with all that is in it below a node."""
    node = above.add(FormNode(local_name(element), (element.text or "").strip() if not len(element) else ""))
    for child in element:
        append_element(node, child)


def _parse_expression(question: SurveyQuestion, text: str) -> Ast:
    try:
        return parse_xpath(text)
    except UnreadableExpression as problem:
        raise UnreadableExpression(f"{question.name}: {text.strip()[:200]}") from problem


def _apply_bind(question: SurveyQuestion, bind: Any, form: SurveyForm) -> None:
    if not question.is_group:
        question.kind = KINDS.get(bind.get("type", "string"), "text")
    for name in ("relevant", "required", "constraint", "calculate"):
        if expression := bind.get(name):
            setattr(question, name, _parse_expression(question, expression))
    question.readonly = bind.get("readonly") == "true()"
    question.message = _referred_label(bind.get(f"{JR}constraintMsg"), form)
    question.required_message = _referred_label(bind.get(f"{JR}requiredMsg"), form)
    params = bind.get(f"{JR}preloadParams")
    question.preload = {"timestamp": params, "date": "today", "property": params, "uid": "uid"}.get(
        bind.get(f"{JR}preload", ""), ""
    ) or ""


def _read_controls(parent: Any, form: SurveyForm) -> None:
    for control in parent:
        kind = local_name(control)
        if kind not in CONTROLS:
            continue
        if kind == "group":
            _read_group(control, form)
            continue
        question = form.by_path[control.get("nodeset") or control.get("ref")]
        if kind == "repeat":
            question.kind, question.times = (
                "repeat",
                _parse_expression(question, control.get(f"{JR}count")) if control.get(f"{JR}count") else None,
            )
            _read_controls(control, form)
            continue
        _read_control(question, control, kind, form)


def _read_group(control: Any, form: SurveyForm) -> None:
    question = form.by_path.get(control.get("ref", ""))
    if question is not None:
        _add_labels(question, control, form)
    _read_controls(control, form)


def _add_labels(question: SurveyQuestion, control: Any, form: SurveyForm) -> None:
    question.is_asked = True
    question.appearance = control.get("appearance", "")
    for child in control:
        if local_name(child) in {"label", "hint"}:
            setattr(question, local_name(child), _label_of(child, form))


def _read_control(question: SurveyQuestion, control: Any, kind: str, form: SurveyForm) -> None:
    _add_labels(question, control, form)
    chosen = {"select1": "one", "select": "many", "rank": "rank", "trigger": "trigger"}
    question.kind = chosen.get(kind, question.kind)
    if kind == "input" and question.readonly and question.calculate is None and not question.is_set:
        question.kind = "note"
    if kind == "upload":
        question.media = control.get("mediatype", "")
    if kind == "range":
        question.bounds = (control.get("start", ""), control.get("end", ""), control.get("step", ""))
    if query := control.get("query"):
        question.kind, question.choices = "one", _parse_expression(question, query)
        outside = list_named(question.choices)
        if outside not in form.lists:
            form.outside.setdefault(outside, f"{ITEMSETS}#{outside}")
    _written_choices(question, control, form)
    for itemset in (element for element in control if local_name(element) == "itemset"):
        question.choices = _in_order(_parse_expression(question, itemset.get("nodeset")))
        for child in itemset:
            name = "choice_value" if local_name(child) == "value" else "choice_label"
            setattr(question, name, child.get("ref", ""))


def _written_choices(question: SurveyQuestion, control: Any, form: SurveyForm) -> None:
    """Choices that stand in the question itself, which pyxform writes for "search()": columns of a file, or choices."""
    items = [{local_name(cell): cell for cell in item} for item in control if local_name(item) == "item"]
    if not items:
        return
    if match := SEARCH.search(question.appearance):
        _apply_search(question, match[1], items, form)
        return
    name = f"{question.path}#choices"
    root = form.lists.setdefault(name, FormNode(name)).add(FormNode("root"))
    for item in items:
        row = root.add(FormNode("item"))
        row.add(FormNode("name", item["value"].text or ""))
        label = _label_of(item["label"], form)
        row.add(FormNode("label", "".join(str(part) for part in next(iter(label.values()), ()))))
    question.choices = parse_xpath(_items_of(name))


def _apply_search(question: SurveyQuestion, arguments: str, items: list[dict[str, Any]], form: SurveyForm) -> None:
    """search('file', how, 'column', what): the rows of a file; https://docs.getodk.org/form-question-types/."""
    tree = _parse_expression(question, f"search({arguments})")
    name = str(tree[2][0][1])
    form.outside.setdefault(name, f"{name}.csv")
    question.choice_value = (items[0]["value"].text or "name").strip()
    columns = (items[0]["label"].text or "label").replace(",", " ").split()
    question.choice_label = columns[0] if columns else "label"
    question.choices = (
        *_rows_of(name)[:2],
        (("child", "root", ()), ("child", "item", _search_conditions(tree[2][1:]))),
    )


def _rows_of(name: str) -> Ast:
    return parse_xpath(_items_of(name))


def _search_conditions(arguments: tuple[Ast, ...]) -> tuple[Ast, ...]:
    if len(arguments) < 3:
        return ()
    ways = {"contains": "contains", "startswith": "starts-with", "endswith": "ends-with"}
    cell: Ast = ("path", None, (("child", str(arguments[1][1]), ()),))
    way = ways.get(str(arguments[0][1]))
    holds: Ast = ("call", way, (cell, arguments[2])) if way else ("op", "=", cell, arguments[2])
    return (holds, *_search_conditions((("text", "matches"), *arguments[3:])))


def _in_order(choices: Ast) -> Ast:
    """The set itself where choices are to be shuffled: the order of choices is not judged."""
    inner: Ast = choices[2][0] if choices[:2] == ("call", "randomize") and choices[2] else choices
    return inner


def _items_of(name: str) -> str:
    """The expression for the choices of a list."""
    return "/".join((f"instance('{name}')", "root", "item"))
