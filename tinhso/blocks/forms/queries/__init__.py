"""Every read of forms: versions as of a day, checking, drafts, and what a page shows of them."""

from collections.abc import Iterable
from datetime import date

from django.http import QueryDict

from tinhso.blocks.forms.models import Draft, FormVersion
from tinhso.blocks.forms.queries import checking, posted
from tinhso.blocks.forms.queries import values as reading
from tinhso.blocks.forms.queries.checking import Checked, Problem, communes, shape_of
from tinhso.blocks.forms.queries.rendering import FormView, view_of
from tinhso.blocks.forms.queries.shape import Json, Shape
from tinhso.blocks.forms.queries.submitted import Said, SaidSection, submitted
from tinhso.blocks.forms.queries.versions import (
    Listed,
    draft,
    for_procedure,
    in_force,
    listed,
    mine,
    newer_than,
    ref_of,
    version,
)


def check(version: FormVersion, values: Json, *, day: date, held: Iterable[str] = ()) -> Checked:
    """Canonical values under a version of a form, and what is wrong with them on ``day``.

    ``values`` may be typed or canonical already; papers at the paths ``held`` need not be handed in.
    """
    return checking.check(shape_of(version), values, day=day, held=held)


def typed(draft: Draft, post: QueryDict) -> Json:
    """What a page sent for a draft, as a tree of what was typed; nothing is saved."""
    return posted.typed(shape_of(draft.version), post, draft.values)


def hidden(version: FormVersion, values: Json) -> set[str]:
    """Paths of the questions that the form does not ask, given canonical values."""
    return reading.hidden_paths(shape_of(version), values)


__all__ = [
    "Checked",
    "FormView",
    "Listed",
    "Problem",
    "Said",
    "SaidSection",
    "Shape",
    "check",
    "communes",
    "draft",
    "for_procedure",
    "hidden",
    "in_force",
    "listed",
    "mine",
    "newer_than",
    "ref_of",
    "shape_of",
    "submitted",
    "typed",
    "version",
    "view_of",
]
