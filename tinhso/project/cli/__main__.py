"""Lets ``python -m tinhso.project.cli`` do what ``tinhso`` does."""

import sys

from tinhso.project.cli import main

if __name__ == "__main__":
    sys.exit(main())
