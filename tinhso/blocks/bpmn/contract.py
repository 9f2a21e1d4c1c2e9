"""Whoever runs drawings says who does the steps and what conditions may ask; nothing here knows what is run.

What goes through a process is an *instance* of it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """Who may be given steps: the ``right`` that these take, ``words`` for readers (translated when they are shown),
    and words of a lane's name, in small letters without diacritics, by which the lane is theirs."""

    right: str
    words: object
    lanes: tuple[str, ...]


@dataclass(frozen=True)
class Runner:
    """An app whose work follows drawings.

    ``roles``: in the order in which a lane's name is compared with theirs. ``usual`` and ``opening`` are rights: of
    who does a step of which nothing says whose it is, and of who opens what a step leads to elsewhere. ``facts``: what
    conditions may compare besides answers. ``readers``: rights that let somebody look at processes. ``drawing``: BPMN
    to begin a new drawing with, which is also followed where the province has published none.
    """

    roles: tuple[Role, ...]
    usual: str
    opening: str
    facts: frozenset[str]
    readers: tuple[str, ...]
    drawing: str

    def role(self, right: str) -> Role | None:
        """Who has a right; None for a right that no step may ask for."""
        return next((role for role in self.roles if role.right == right), None)


RUNNERS: dict[str, Runner] = {}


def runs_drawings(name: str, runner: Runner) -> Runner:
    """Register the app ``name`` as the one whose work follows drawings: all drawings speak its language.

    Raises ``ValueError`` where another one has been registered.
    """
    if RUNNERS.keys() - {name}:
        raise ValueError(f"drawings are run by {', '.join(RUNNERS)} already")
    RUNNERS[name] = runner
    return runner


def registered_runner() -> Runner:
    """Who runs drawings. Raises ``LookupError`` where nobody has been registered."""
    if not RUNNERS:
        raise LookupError("nobody runs drawings: no app has called runs_drawings")
    return next(iter(RUNNERS.values()))
