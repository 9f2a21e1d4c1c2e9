"""What a text may be about and how urgent it sounds, by the province's own words. Somebody at the desk decides."""

import re
from datetime import date

from tinhso.kernel.text import fold
from tinhso.society.field_reports.contract import Priority
from tinhso.society.field_reports.queries.rules import Category, categories_on, rules

MOST = 3
# what may point at a person, in a text that strangers read: runs of digits as in phone and identity numbers, addresses
PERSONAL = re.compile(r"(?<!\w)(?:\+?\d(?:[ .-]?\d){7,13}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)(?!\w)")


def suggest_categories(text: str, day: date) -> list[Category]:
    """At most three categories of ``day`` whose words stand in ``text``, the best first; longer words weigh more."""
    padded_text = f" {_folded_words(text)} "
    scored = [
        (sum(len(word.split()) for word in category.words if f" {word} " in padded_text), place, category)
        for place, category in enumerate(categories_on(day))
    ]
    return [category for score, _place, category in sorted(scored, key=lambda item: (-item[0], item[1])) if score][
        :MOST
    ]


def suggest_priority(text: str, of: Category) -> Priority:
    """Danger where the text sounds like it, else what the category has."""
    padded_text = f" {_folded_words(text)} "
    return Priority.DANGER if any(f" {word} " in padded_text for word in rules().danger.words) else of.priority


def without_personal_data(text: str) -> str:
    """The text with phone numbers, identity numbers and addresses struck out."""
    return PERSONAL.sub("▒▒▒", text)


def _folded_words(text: str) -> str:
    return re.sub(r"[^\w]+", " ", fold(text)).strip()
