"""A program of its own: reads a workbook from its input and writes the XForm, or what is wrong, as JSON.

Run apart (``kernel.apart``): a workbook made to exhaust the converter takes nothing along.
"""

import json
import sys
from io import BytesIO

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what a workbook of Excel before 2007 begins with


def main() -> None:
    """Convert."""
    content = sys.stdin.buffer.read()
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform
    from pyxform.xls2xform import convert

    def rows() -> dict[str, int]:
        """The row of each question in the sheet "survey", so that people find what is wrong."""
        sheet = get_xlsform(BytesIO(content), file_type=kind).survey
        return {str(row["name"]): place for place, row in enumerate(sheet, 2) if row.get("name")}

    try:
        kind = ".xls" if content.startswith(OLD) else ".xlsx"
        converted = convert(xlsform=BytesIO(content), validate=False, pretty_print=False, file_type=kind)
        values = {
            "xform": converted.xform,
            "warnings": list(converted.warnings),
            "itemsets": converted.itemsets,
            "rows": rows(),
        }
    except PyXFormError as problem:
        values = {"problem": str(problem)}
    except MemoryError:
        values = {"heavy": "yes"}
    except Exception as problem:  # whatever a strange workbook makes a converter raise
        values = {"problem": f"{type(problem).__name__}: {problem}"[:500]}
    sys.stdout.write(json.dumps(values))


if __name__ == "__main__":
    main()
