"""Words of a form in the reader's language, with answers put in."""

from tinhso.blocks.surveys.queries.evaluating import Context, evaluate, text_value
from tinhso.blocks.surveys.queries.xform import MISSING, Label
from tinhso.blocks.surveys.queries.xpath import UnreadableExpression


def label_text(label: Label, language: str, context: Context | None, default: str = "") -> str:
    """A label in ``language``, else in the form's default; expressions in it worked out at ``context``."""
    parts = label.get(language, ())
    if not parts or parts == (MISSING,):
        parts = label.get(default) or label.get("") or next(iter(label.values()), ())
    if parts == (MISSING,):
        return ""
    return "".join(part if isinstance(part, str) else _put_in(part, context) for part in parts).strip()


def _put_in(part: tuple[object, ...], context: Context | None) -> str:
    if context is None:
        return "…"
    try:
        return text_value(evaluate(part, context))
    except UnreadableExpression:
        return "…"
