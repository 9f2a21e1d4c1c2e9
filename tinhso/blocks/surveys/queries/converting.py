"""A program of its own: reads a workbook from its input and writes the XForm, or what is wrong, as JSON.

It has little memory and time, and is run with ``-I``: a workbook made to exhaust the converter takes nothing along.
"""

import json
import resource
import sys
from io import BytesIO

MEMORY, SECONDS = 1_500_000_000, 20


def main() -> None:
    """Convert, within bounds."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
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
