import pytest

from tinhso.kernel import rights
from tinhso.kernel.rights import grave_rights, labels_of_rights, register_right, rights_never_of_programs


@pytest.fixture(autouse=True)
def nothing_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "_registered", {})


def test_a_right_is_registered_once() -> None:
    register_right("see trees", "Xem cây")

    with pytest.raises(ValueError, match="see trees"):
        register_right("see trees", "Xem rừng")

    assert labels_of_rights() == {"see trees": "Xem cây"}


def test_a_right_says_what_it_asks_of_who_holds_it() -> None:
    register_right("see trees", "Xem cây")
    register_right("fell trees", "Đốn cây", is_grave=True, for_programs=False)
    register_right("count trees", "Đếm cây", for_posts=False)

    assert list(labels_of_rights()) == ["see trees", "fell trees"]
    assert grave_rights() == rights_never_of_programs() == frozenset({"fell trees"})
