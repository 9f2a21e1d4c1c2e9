"""Runs another program within limits: ``limited.py MEMORY SECONDS WRITTEN PROGRAM ARGUMENT…``.

Limits of memory and processor are the system's own. No file may grow beyond ``WRITTEN`` bytes, nothing is dumped, and
an audit hook refuses connections and other programs: it stops Python code, not code that took over the process.
"""

import resource
import runpy
import sys

NOT_FOR_IT = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.system")


def main() -> None:
    """Give up what reading a file does not need, then become the program."""
    memory, seconds, written = (int(bound) for bound in sys.argv[1:4])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_forbid_event)
    sys.argv = sys.argv[4:]
    runpy.run_path(sys.argv[0], run_name="__main__")


def _forbid_event(event: str, _arguments: object) -> None:
    if event in NOT_FOR_IT:
        raise PermissionError(event)


if __name__ == "__main__":
    main()
