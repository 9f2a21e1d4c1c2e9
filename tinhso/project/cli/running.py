"""Commands that run the system: up (everything on one machine), serve and worker (one process each, for systemd)."""

import argparse
import importlib.util
import os
import secrets
import sys
import tomllib
from contextlib import nullcontext
from pathlib import Path

from tinhso.kernel.errors import Refused
from tinhso.project import bundled_postgres, loading_progress, processes, starting
from tinhso.project.cli import filling, loading
from tinhso.project.cli.output import print_step
from tinhso.project.cli.place import open_database

PORT = 8000
SIMULATED_PHONE = "84900000001"
SIMULATORS = Path("tests/simulators/signing_services.py")  # from where the source was fetched to


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add up, serve and worker."""
    up = commands.add_parser("up", help="chạy toàn bộ hệ thống trên máy này; Ctrl-C để dừng")
    _add_server_options(up)
    up.add_argument("--simulators", action="store_true", help="kèm bộ mô phỏng nơi cấp chứng thư, nhà mạng")
    up.set_defaults(run=run_up, needs_database=False)
    serve = commands.add_parser("serve", help="chạy riêng máy chủ trang (hoặc luồng trực tiếp)")
    _add_server_options(serve)
    serve.add_argument("--live", action="store_true", help="luồng trực tiếp (SSE) thay cho trang")
    serve.set_defaults(run=run_serve, needs_database=False)
    worker = commands.add_parser("worker", help="chạy riêng tiến trình làm việc nền")
    worker.set_defaults(run=run_worker, needs_database=False)


def _add_server_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=os.environ.get("TINHSO_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("TINHSO_PORT", PORT)))
    parser.add_argument("--workers", type=int, default=int(os.environ.get("TINHSO_WORKERS", "2")), help="số tiến trình")


def run_up(arguments: argparse.Namespace) -> int:
    """Start the database, prepare what is missing, start web, live stream and worker; stop all of it together."""
    from django.conf import settings

    starting.must_be_safe()
    starting.must_have_a_right_province()
    starting.must_have_front_end()
    var = Path(settings.VAR)
    for folder in (var, Path(settings.STATIC_ROOT)):
        folder.mkdir(parents=True, exist_ok=True)
    with processes.only_one(var):
        processes.must_be_free(arguments.host, arguments.port, arguments.port + 1)
        if arguments.simulators:
            must_have_simulators(arguments.port)
        print_step("Cơ sở dữ liệu" if os.environ.get("DATABASE_URL") else "Cơ sở dữ liệu đi kèm (PostgreSQL)")
        with open_database():
            return _prepare_database() or _run_all(arguments, var)


def _prepare_database() -> int:
    """Tables, then what pages need of a province; each only when it is missing. Returns an exit code."""
    loading.migrate_tables()
    ready = _has_essentials()
    if ready:
        _check_catalogue()
    _release_database()
    if ready:
        return 0
    # In a process of its own, whose memory goes back to the machine when it is done.
    loading_progress.forget_progress()
    return processes.run_in_foreground(_loading_command("--essentials"))


def _loading_command(part: str) -> list[str]:
    return [sys.executable, "-m", "tinhso.project.cli", "load-province", part]


def _has_essentials() -> bool:
    from tinhso.blocks.indicators import queries as indicators
    from tinhso.blocks.units import queries as units

    return units.known_now().exists() and indicators.has_definitions()


def _check_catalogue() -> None:
    """Refuse to start with a definition that does not fit its fact: the message names the indicator and the field."""
    from tinhso.blocks.indicators import queries as indicators

    indicators.catalogue(fresh=True)


def _release_database() -> None:
    from django.db import connections

    connections.close_all()
    connections["default"].close_pool()  # type: ignore[attr-defined]


def _run_all(arguments: argparse.Namespace, var: Path) -> int:
    from django.conf import settings
    from django.urls import reverse

    host, port = arguments.host, arguments.port
    display_host = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::1"} else host
    environment = {**os.environ, "TINHSO_LIVE_PORT": os.environ.get("TINHSO_LIVE_PORT", str(port + 1))}
    print_step("Trang, luồng trực tiếp và tiến trình nền")
    commands = {
        "web": processes.web_command(host, port, arguments.workers),
        "live": processes.live_command(host, port + 1),
    }
    once = {} if loading_progress.is_loaded() else {"loading": _loading_command("--rest")}
    if once:
        filling.announce_filling(settings.DEMO)
    if arguments.simulators:
        commands["simulators"], more = simulators_command(port + 2, var / "ca")
        environment |= more
    with processes.ProcessFamily(
        commands,
        environment=environment,
        logs=var / "log",
        tend=_database_tender(var),
        once=once,
        then={"worker": processes.worker_command()},  # never beside the loading: both would compute the same figures
    ) as family:
        if not family.wait_for_port(host, port):
            return 1
        _print_welcome(f"http://{display_host}:{port}")
        if once:
            print("  Dữ liệu còn được nạp tiếp trong lúc dùng; việc nền bắt đầu khi nạp xong.")
            print(f"  Tiến độ: http://{display_host}:{port}{reverse('loading')}\n", flush=True)
        if arguments.simulators:
            handset = f"http://localhost:{port + 3}/phones/{SIMULATED_PHONE}"
            print(f"  BỘ MÔ PHỎNG, không có giá trị pháp lý. Điện thoại {SIMULATED_PHONE}: {handset}\n", flush=True)
        return family.watch()


def must_have_simulators(port: int) -> None:
    """Refuse where others than a demo's people would sign, and where the programs are not there."""
    from django.conf import settings

    if not settings.DEMO:
        raise Refused("no_demo", "Bộ mô phỏng chỉ chạy ở bản minh họa (TINHSO_DEMO=1).")
    if not SIMULATORS.exists() or importlib.util.find_spec("certomancer") is None:
        raise Refused("no_simulators", "Bộ mô phỏng có trong mã nguồn: chạy ở thư mục mã nguồn, sau “make setup-dev”.")
    processes.must_be_free("127.0.0.1", port + 2, port + 3)


def simulators_command(port: int, folder: Path) -> tuple[list[str], dict[str, str]]:
    """The command of the simulators, and the settings by which they are known."""
    secret = secrets.token_urlsafe(16)
    command = [sys.executable, "-m", "tests.simulators.signing_services", "--port", str(port), "--folder", str(folder)]
    command += ["--secret", secret, "--phone", f"{SIMULATED_PHONE}=Người dùng thử"]
    return command, {
        "TINHSO_TRUST": str(folder / "trust"),
        "TINHSO_SIGNING_HOSTS": f"127.0.0.1:{port}",
        "TINHSO_TIMESTAMP_URL": f"http://127.0.0.1:{port}/minh-hoa/tsa/tsa",
        "TINHSO_MSS_URL": f"http://127.0.0.1:{port + 1}/soap",
        "TINHSO_MSS_AP_ID": "tinh",
        "TINHSO_MSS_AP_PASSWORD": secret,
    }


def _print_welcome(address: str) -> None:
    from django.conf import settings

    print(f"\n  Mở {address}\n")
    personas = Path(settings.PROVINCE_DIR) / "personas.toml"
    if settings.DEMO and personas.exists():
        print("  Tài khoản minh họa (đăng nhập bằng một lần bấm, không cần mật khẩu):")
        for persona in tomllib.loads(personas.read_text(encoding="utf-8")).get("persona", []):
            print(f"    {persona['username']:<22} {persona['post'][0].get('title', '')}")
    print("\n  Ctrl-C để dừng tất cả.\n", flush=True)


def run_serve(arguments: argparse.Namespace) -> int:
    """One server in the foreground."""
    starting.must_be_safe()
    starting.must_have_a_right_province()
    if not arguments.live:
        starting.must_have_front_end()
    processes.must_be_free(arguments.host, arguments.port)
    if arguments.live:
        return _run_in_foreground(processes.live_command(arguments.host, arguments.port))
    return _run_in_foreground(processes.web_command(arguments.host, arguments.port, arguments.workers))


def run_worker(arguments: argparse.Namespace) -> int:
    """One worker in the foreground."""
    starting.must_be_safe()
    starting.must_have_a_right_province()
    return _run_in_foreground(processes.worker_command())


def _run_in_foreground(command: list[str]) -> int:
    from django.conf import settings

    with nullcontext() if os.environ.get("DATABASE_URL") else open_database():
        return processes.run_in_foreground(command, _database_tender(Path(settings.VAR)))


def _database_tender(var: Path) -> processes.Tend:
    """What starts the bundled database again when it has died; a database elsewhere is its operator's."""
    if os.environ.get("DATABASE_URL"):
        return processes.tend_nothing
    pauses = processes.Pauses()

    def tend() -> None:
        if pauses.due is not None and not pauses.is_due():
            return
        try:
            if bundled_postgres.revive_server(var):
                print("✓ Cơ sở dữ liệu đi kèm đã dừng và được chạy lại.", file=sys.stderr, flush=True)
            pauses.due = None
        except bundled_postgres.DatabaseTrouble as trouble:
            seconds = pauses.ended()
            print(f"✗ {trouble} (thử lại sau {seconds:.0f} giây)", file=sys.stderr, flush=True)

    return tend
