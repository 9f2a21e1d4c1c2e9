"""Who may do what, and where."""

import pytest

from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Forbidden


def test_one_of_several_rights_opens_and_a_refusal_names_the_first() -> None:
    clerk = Actor(ref="A", name="An", reach={"answer": frozenset({7})})

    clerk.must_be_able_to_any("see", "answer")

    for somebody, rights in ((clerk, ("see", "decide")), (NOBODY, ("see", "answer"))):
        with pytest.raises(Forbidden, match="no_right") as refusal:
            somebody.must_be_able_to_any(*rights)
        assert "(see)" in refusal.value.message
