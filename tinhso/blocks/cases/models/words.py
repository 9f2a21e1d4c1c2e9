"""The words of a line that is searched, as the database compares them: in any order, the last from its beginning."""

import re

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models

WORD = re.compile(r"[a-z0-9]+")


class FoldedWords(models.Func):
    """Words of a folded line as a ``tsvector``: letters and digits, everything else separates."""

    function = "cases_words"
    arity = 1
    output_field = SearchVectorField()


def with_words(folded: str) -> SearchQuery | None:
    """All words of ``folded``, the last as somebody is still writing it; None where there is none."""
    words = WORD.findall(folded)
    return SearchQuery(" & ".join(words) + ":*", search_type="raw", config="simple") if words else None
