"""A program of its own: reads a workbook from its input and writes the XForm, or what is wrong, as JSON.

Run apart (``kernel.apart``): a workbook made to exhaust the converter takes nothing along.
"""

import json
import sys
from io import BytesIO


def main() -> None:
    """Convert."""
    content = sys.stdin.buffer.read()
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    try:
        made = convert(xlsform=BytesIO(content), validate=False, pretty_print=False, file_type=".xlsx")
        said = {"xform": made.xform, "warnings": list(made.warnings)}
    except PyXFormError as problem:
        said = {"problem": str(problem)}
    except MemoryError:
        said = {"heavy": "yes"}
    except Exception as problem:  # whatever a strange workbook makes a converter raise
        said = {"problem": f"{type(problem).__name__}: {problem}"[:500]}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
