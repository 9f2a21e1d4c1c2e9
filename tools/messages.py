"""Collects the strings to translate from every app into its English catalogue (needs the gettext programs).

A string that no app holds any more leaves its catalogue; a new one arrives without a translation, never with a guess.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")

import django  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.management.commands.makemessages import Command  # noqa: E402

CHANGING = ('"POT-Creation-Date', '"PO-Revision-Date', '"Report-Msgid-Bugs-To')  # lines that say nothing here

HEADER = """\
# English translation; Vietnamese is the source language.
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


class Collect(Command):
    """Django's own command, with the project's short names for gettext and without fuzzy matches."""

    xgettext_options = [*Command.xgettext_options, "--keyword=_lazy", "--keyword=_in:1c,2"]
    msgmerge_options = ["-q", "--backup=none", "--update", "--no-fuzzy-matching"]


def main() -> None:
    """Bring ``locale/en`` of every app up to date."""
    django.setup()
    os.chdir(ROOT / "tinhso")
    call_command(
        Collect(),
        locale=["en"],
        no_location=True,
        no_obsolete=True,
        ignore_patterns=["tests"],
        verbosity=0,
    )
    for catalogue in sorted(Path().glob("**/locale/en/LC_MESSAGES/*.po")):
        text = catalogue.read_text(encoding="utf-8")
        if "#, fuzzy" in text.partition("\n\n")[0]:  # a new catalogue, with gettext's form to be filled in
            text = HEADER + "\n" + text.partition("\n\n")[2]
        kept = [line for line in text.splitlines(keepends=True) if not line.startswith(CHANGING)]
        catalogue.write_text("".join(kept), encoding="utf-8")


if __name__ == "__main__":
    main()
