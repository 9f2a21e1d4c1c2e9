"""White space that no browser draws is taken out of templates; what a reader sees stays."""

from pathlib import Path

import pytest
from django.template import Context, Engine
from django.template.loader import get_template

from tinhso.ui.white_space import collapsed


@pytest.mark.parametrize(
    ("source", "compiled"),
    [
        ("<ul>\n  <li>\n    Một\n  </li>\n</ul>", "<ul><li>Một</li></ul>"),
        ("<p>\n  Một <b>hai</b>\n  ba\n</p>", "<p>Một <b>hai</b> ba</p>"),
        ("<td>\n  {{ a }}\n</td>", "<td>{{ a }}</td>"),
        ("<button>\n  Gửi\n</button>  <b>x</b>", "<button>Gửi</button> <b>x</b>"),
        ('<a class="btn" href="#">\n  Gửi\n</a>\n<b>x</b>', '<a class="btn" href="#">Gửi</a> <b>x</b>'),
        ('Hãy <a href="#">\n  gửi\n</a> đi', 'Hãy <a href="#">gửi </a> đi'),
        ("Một<br>\n hai", "Một<br>hai"),
        ('<input\n  name="a"\n  value="b  c"\n>', '<input name="a" value="b  c">'),
        ('<input name="a" {% if a %}checked{% endif %}>', '<input name="a"{% if a %} checked{% endif %}>'),
        ("<i {% if a %}b{% else %}c{% endif %}>", "<i {% if a %}b{% else %}c{% endif %}>"),
        ('<textarea\n  name="a"\n>\n  b\n</textarea>', '<textarea name="a">\n  b\n</textarea>'),
    ],
)
def test_white_space_vanishes_beside_a_block_and_stays_one_in_a_line(source: str, compiled: str) -> None:
    assert collapsed(source) == compiled


@pytest.mark.parametrize(
    ("source", "compiled"),
    [
        ("<p>\n{% if a %}\n  {{ a }}\n{% endif %}\n</p>", "<p>{% if a %}{{ a }}{% endif %}</p>"),
        ("<p>x {% if a %} {{ a }}{% endif %}</p>", "<p>x {% if a %}{{ a }}{% endif %}</p>"),
        ("<p>x{% if a %} {{ a }}{% endif %}</p>", "<p>x{% if a %} {{ a }}{% endif %}</p>"),
        ("<p>{% if a %}x{% endif %} y</p>", "<p>{% if a %}x{% endif %} y</p>"),
        ("<ul>\n{% for a in b %}\n<li>a</li>\n{% endfor %}\n</ul>", "<ul>{% for a in b %}<li>a</li>{% endfor %}</ul>"),
        ("<p>{% for a in b %} {{ a }}{% endfor %}</p>", "<p>{% for a in b %} {{ a }}{% endfor %}</p>"),
        ("<p>{% if a %}x{% else %} y {% endif %} z</p>", "<p>{% if a %}x{% else %}y {% endif %} z</p>"),
        ("{% include 'a' %} {{ b }}", "{% include 'a' %} {{ b }}"),
        ("{% load vn %}\n{# a #}\n{{ a }}\n", "{% load vn %}{# a #}{{ a }}"),
        ("<b>a</b> {% block b %}\n  {{ b }}\n{% endblock %} c", "<b>a</b> {% block b %}{{ b }}{% endblock %} c"),
    ],
)
def test_white_space_goes_only_if_no_way_through_the_template_shows_it(source: str, compiled: str) -> None:
    assert collapsed(source) == compiled


@pytest.mark.parametrize(
    "source",
    [
        "<pre>\n  a\n    b\n</pre>",
        "<textarea>\n  a\n</textarea>",
        "<script>\n  a()\n\n  b()\n</script>",
        "{% blocktranslate %}Một\n  hai{% endblocktranslate %}",
        "<p>{% translate 'a  b' %}</p>",
        '<form class="inline-form"> <b>a</b> </form> <b>b</b>',
        '<a title="{% if a %}x{% endif %}  y">z</a>',
    ],
)
def test_what_shows_its_white_space_is_left_alone(source: str) -> None:
    assert collapsed(source) == source


def test_a_page_is_compiled_without_its_indent_and_a_letter_with_all_of_it() -> None:
    engine = Engine.get_default()

    page = engine.get_template("ui/components/tabs.html")
    letter = engine.get_template("account/messages/logged_in.txt")

    assert "\n  " not in page.source
    assert letter.source == Path(str(letter.origin)).read_text(encoding="utf-8")


def test_tabs_stand_beside_one_another_without_a_gap() -> None:
    tabs = [{"label": "Một", "href": "/1/"}, {"label": "Hai", "href": "/2/"}]

    shown = get_template("ui/components/tabs.html").template.render(Context({"tabs": tabs}))  # type: ignore[attr-defined]

    assert "</li><li>" in shown
