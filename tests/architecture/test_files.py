"""Files stay small, stand in their rooms, and say nothing of one machine or one province."""

import ast
import re

from tests.architecture.sources import PACKAGE, ROOT, python_files, rooms, tracked

LONGEST_FILE = 400  # statements and branches of a function: ruff (PLR0915, C901) in pyproject.toml
SKIP = "# fmt: " + "skip"
ROOMS = {
    "__init__",
    "apps",
    "events",
    "contract",
    "models",
    "queries",
    "services",
    "pages",
    "api",
    "jobs",
    "indicators",
    "registers",
    "surveys",
    "procedures",
    "rights",
    "navigation",
    "demo",
    "admin",
    "management",
    "migrations",
    "templates",
    "templatetags",
    "tests",
    "locale",
    "static",
    "__pycache__",
}
# Turns a session into an actor where Django asks for a middleware
EXTRA_ROOMS = {"identity": {"middleware"}}
# The folder that is loaded when nobody names another
MAY_NAME_A_PROVINCE = {"tinhso/project/settings.py"}
PROVINCE = re.compile(r"Bến Tre|ben_tre|Vĩnh Long|vinh_long|\b(?:83|86)-20")
MACHINE = re.compile(r"(?<![\w.$}/])/(?:work|farm|root|home|Users)/[A-Za-z.]")


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in python_files("tinhso", "tests", "tools")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }

    assert too_long == {}


def test_no_layout_is_kept_by_hand() -> None:
    by_hand = [str(path.relative_to(ROOT)) for path in tracked("*.py") if SKIP in path.read_text(encoding="utf-8")]

    assert by_hand == []


def test_an_app_holds_nothing_but_rooms() -> None:
    strangers = {
        f"{app.label}/{path.name}"
        for app in rooms()
        for path in (ROOT / app.name.replace(".", "/")).iterdir()
        if path.stem not in ROOMS | EXTRA_ROOMS.get(app.label, set())
    }

    assert strangers == set()


def test_every_app_says_in_one_sentence_what_it_does() -> None:
    silent = [
        app.name
        for app in rooms()
        if not ast.get_docstring(ast.parse((ROOT / app.name.replace(".", "/") / "__init__.py").read_text("utf-8")))
    ]

    assert silent == []


def test_nothing_of_one_province_is_in_the_code() -> None:
    naming = {
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", ".html", ".txt", ".po", ".sql"}
        and "tests" not in path.parts
        and PROVINCE.search(path.read_text(encoding="utf-8"))
    }

    assert naming - MAY_NAME_A_PROVINCE == set()


def test_no_tracked_file_knows_a_path_of_one_machine() -> None:
    this = "tests/architecture/test_files.py"
    knowing = [
        str(path.relative_to(ROOT))
        for path in tracked("*.py", "*.toml", "*.md", "*.sh", "*.ts", "Makefile", ".ci/*", "deploy/*", "*.html")
        if str(path.relative_to(ROOT)) != this and MACHINE.search(path.read_text(encoding="utf-8"))
    ]

    assert knowing == []


def test_lock_files_hold_hashes_and_no_address() -> None:
    locks = tracked("*.lock", "package-lock.json")

    assert len(locks) >= 5
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert "https://" not in re.sub(r'"(?:funding|url|homepage)": "[^"]*"', "", text), lock.name
        assert "sha256:" in text or "sha512-" in text, lock.name


# Tables that programs read by a standard, or that come back as they left: an apostrophe would be part of the value
WRITTEN_FOR_PROGRAMS = {
    "tinhso/blocks/exchange/api/dhis2_data.py": "DHIS2's analytics, for its clients",
    "tinhso/blocks/exchange/api/dhis2_objects.py": "lists of DHIS2's objects, for its clients",
    "tinhso/blocks/exchange/queries/dhis2/payload.py": "DHIS2's data values, for its clients",
    "tinhso/blocks/exchange/queries/sdmx/data_csv.py": "SDMX-CSV 2.0, which says what each cell holds",
    "tinhso/blocks/surveys/queries/lookup.py": "lists that ODK Collect reads",
    "tinhso/government/reporting/queries/templates.py": "a template of codes and numbers that is handed in again",
}


def test_every_table_that_people_open_lets_no_cell_be_taken_for_a_formula() -> None:
    unguarded = {
        str(path.relative_to(ROOT))
        for path in python_files("tinhso")
        if "tests" not in path.parts
        and re.search(r"csv\.(writer|DictWriter)\(", text := path.read_text(encoding="utf-8"))
        and not re.search(r"from tinhso\.kernel\.cells import harmless", text)
    }

    assert unguarded == set(WRITTEN_FOR_PROGRAMS)
