"""Going about with the keyboard alone."""

import re

from playwright.sync_api import Page

FOCUSED = (
    "() => { const e = document.activeElement; return (e.getAttribute('aria-label') || e.innerText || '').trim() }"
)


def tab_to(page: Page, name: str, *, at_most: int = 80) -> None:
    """Press Tab until what is called ``name`` (a pattern) has the focus."""
    for _step in range(at_most):
        page.keyboard.press("Tab")
        if re.search(name, str(page.evaluate(FOCUSED))):
            return
    raise AssertionError(f"the Tab key does not lead to {name!r}")


def enter(page: Page, name: str, address: str) -> None:
    """Tab to what is called ``name`` and open it: it leads to ``address`` (a pattern)."""
    tab_to(page, name)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(address))
