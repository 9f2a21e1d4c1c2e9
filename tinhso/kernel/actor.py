"""Who acts: a person through a post, a program, or nobody yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tinhso.kernel.errors import Forbidden, gettext_noop


class ReachablePlace(Protocol):
    """Anything rights can reach: an administrative unit or an agency."""

    @property
    def pk(self) -> int: ...


@dataclass(frozen=True)
class Actor:
    """One who acts, with the rights that posts give and the units each right reaches.

    ``reach`` maps a right ("approve returns") to the primary keys of all units it covers: the post's unit, its
    subtree, and what became of or preceded them. ``everywhere`` holds rights that need no place.
    """

    ref: str
    name: str
    kind: str = "person"
    reach: Mapping[str, frozenset[int]] = field(default_factory=dict)
    everywhere: frozenset[str] = frozenset()
    address: str = ""
    session: str = ""

    @property
    def is_someone(self) -> bool:
        """Whether this is a known person or program rather than an anonymous visitor."""
        return self.kind != "nobody"

    def can(self, right: str, *, at: ReachablePlace | None = None) -> bool:
        """Whether the actor holds ``right`` at ``at`` (or anywhere at all when no place is named)."""
        if right in self.everywhere:
            return True
        reached = self.reach.get(right)
        return bool(reached) if at is None else reached is not None and at.pk in reached

    def must_be_able_to(self, right: str, *, at: ReachablePlace | None = None) -> None:
        """Refuse with 403 unless the actor holds ``right`` at ``at``."""
        if not self.can(right, at=at):
            raise Forbidden(
                "no_right", gettext_noop("Bạn không có quyền thực hiện việc này ở đơn vị này (%(right)s)."), right=right
            )

    def must_be_able_to_any(self, *rights: str) -> None:
        """Refuse with 403, naming the first, unless the actor holds one of ``rights`` anywhere."""
        if not any(self.can(right) for right in rights):
            self.must_be_able_to(rights[0])

    def places(self, right: str) -> frozenset[int]:
        """Primary keys of the units where the actor holds ``right`` through posts."""
        return self.reach.get(right, frozenset())


NOBODY = Actor(ref="", name="Khách", kind="nobody")


def program_actor(name: str, *, rights: Iterable[str]) -> Actor:
    """An actor for a job or a command, holding ``rights`` everywhere."""
    return Actor(ref=f"program:{name}", name=name, kind="program", everywhere=frozenset(rights))
