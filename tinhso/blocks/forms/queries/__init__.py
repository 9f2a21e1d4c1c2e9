"""Every read of forms: versions as of a day, checking, drafts, and what a page shows of them."""

from collections.abc import Iterable
from datetime import date

from django.http import QueryDict

from tinhso.blocks.forms.models import Draft, FormVersion
from tinhso.blocks.forms.queries import checking, posted
from tinhso.blocks.forms.queries import values as reading
from tinhso.blocks.forms.queries.checking import CheckedValues, FieldProblem, commune_choices, shape_of
from tinhso.blocks.forms.queries.rendering import FormView, view_of
from tinhso.blocks.forms.queries.shape import FormShape, Json
from tinhso.blocks.forms.queries.submitted import ReadableAnswer, SaidSection, submitted_sections
from tinhso.blocks.forms.queries.versions import (
    ListedForm,
    for_procedure,
    in_force,
    listed_forms,
    newer_than,
    newest_draft,
    own_draft,
    ref_of,
    version_by_number,
)


def check_values(version: FormVersion, values: Json, *, day: date, held: Iterable[str] = ()) -> CheckedValues:
    """Canonical values under a version of a form, and what is wrong with them on ``day``.

    ``values`` may be typed or canonical already; papers at the paths ``held`` need not be handed in.
    """
    return checking.check_typed_values(shape_of(version), values, day=day, held=held)


def typed_values(draft: Draft, post: QueryDict) -> Json:
    """What a page sent for a draft, as a tree of what was typed; nothing is saved."""
    return posted.posted_values(shape_of(draft.version), post, draft.values)


def hidden_paths(version: FormVersion, values: Json) -> set[str]:
    """Paths of the questions that the form does not ask, given canonical values."""
    return reading.hidden_paths(shape_of(version), values)


__all__ = [
    "CheckedValues",
    "FormView",
    "ListedForm",
    "FieldProblem",
    "ReadableAnswer",
    "SaidSection",
    "FormShape",
    "check_values",
    "commune_choices",
    "own_draft",
    "for_procedure",
    "hidden_paths",
    "in_force",
    "listed_forms",
    "newest_draft",
    "newer_than",
    "ref_of",
    "shape_of",
    "submitted_sections",
    "typed_values",
    "version_by_number",
    "view_of",
]
