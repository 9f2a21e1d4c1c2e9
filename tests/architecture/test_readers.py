"""Workbooks and archives of strangers are unpacked only by programs that run apart."""

import re

from tests.architecture.sources import ROOT, python_files

UNPACKS = re.compile(r"load_workbook\(|CalamineWorkbook|ZipFile\((?!\w+, \"w\")")
# A file of our own making: the operator's backup, a document that we have just written
OURS = {"tinhso/project/backup.py", "tinhso/blocks/documents/queries/word.py"}


def test_no_page_unpacks_what_somebody_sent() -> None:
    unpacking = {
        str(path.relative_to(ROOT))
        for path in python_files()
        if "tests" not in path.parts and UNPACKS.search(text := path.read_text("utf-8")) and '"__main__"' not in text
    }

    assert unpacking == OURS
