"""Programs that fork for each file: what a process finds, what it leaves, and what was made ready for it."""

import ctypes
import mmap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tinhso.kernel.apart import Programs

PAGES = 2000
LOOKS = f"""
import resource

MEMORY = bytearray({PAGES * mmap.PAGESIZE})

def work():
    for page in range({PAGES}):
        MEMORY[page * {mmap.PAGESIZE}] += 1

def look(asked):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    work()
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    return {{"faults": faults, "seen": MEMORY[0], "memory": resource.getrlimit(resource.RLIMIT_AS)[0]}}
"""


def can_copy_ahead() -> bool:
    """Whether the system (Linux from 5.14) knows the advice by which pages are copied ahead."""
    with mmap.mmap(-1, mmap.PAGESIZE) as page:
        address = ctypes.addressof(ctypes.c_char.from_buffer(page))
        return int(ctypes.CDLL(None).madvise(ctypes.c_void_p(address), ctypes.c_size_t(mmap.PAGESIZE), 23)) == 0


@pytest.fixture
def program(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Programs]:
    """A program with one module, which may try its work out beforehand."""
    module = tmp_path / "looks.py"
    module.write_text(LOOKS + getattr(request, "param", ""))
    made = Programs(1, [str(module)])
    yield made
    made.stop()


def test_each_file_finds_memory_as_it_was_before_the_others(program: Programs) -> None:
    seen = [program.ask({"by": "looks"}) for _file in range(3)]

    assert [one["seen"] for one in seen] == [1, 1, 1]
    assert {one["memory"] for one in seen} == {1_500_000_000}


@pytest.mark.skipif(not can_copy_ahead(), reason="needs Linux from 5.14")
@pytest.mark.parametrize("program", ["\nwarm = work\n"], indirect=True)
def test_what_judging_writes_to_is_a_process_s_own_before_it_is_asked(program: Programs) -> None:
    seen = [program.ask({"by": "looks"}) for _file in range(3)]

    assert all(one["faults"] < PAGES / 2 for one in seen)
    assert [one["seen"] for one in seen] == [2, 2, 2]


def test_without_a_trial_each_page_is_copied_when_it_is_written_to(program: Programs) -> None:
    assert program.ask({"by": "looks"})["faults"] >= PAGES
