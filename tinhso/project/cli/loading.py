"""Commands that load a province: its units, roles, forms, procedures, indicators and, for a demo, its returns."""

import argparse
from datetime import date
from pathlib import Path

from tinhso.kernel import clock, province
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Refused
from tinhso.project import starting
from tinhso.project.cli import filling
from tinhso.project.cli.output import print_step
from tinhso.project.cli.place import operator_actor


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add load-province, load-boundaries and load-forms."""
    load = commands.add_parser("load-province", help="nạp một tỉnh từ thư mục dữ liệu của tỉnh")
    load.add_argument("folder", nargs="?", type=Path, metavar="THƯ_MỤC", help="mặc định: TINHSO_PROVINCE")
    load.add_argument("--without-demo", action="store_true", help="không sinh số liệu và nhân vật minh họa")
    parts = load.add_mutually_exclusive_group()
    parts.add_argument("--essentials", action="store_true", help="chỉ nạp những gì trang cần để mở được")
    parts.add_argument("--rest", action="store_true", help="chỉ nạp phần còn lại: số liệu, hồ sơ minh họa, chỉ tiêu")
    load.set_defaults(run=load_province)
    boundaries = commands.add_parser("load-boundaries", help="nạp ranh giới đơn vị từ một tệp GeoJSON")
    boundaries.add_argument("file", type=Path, metavar="TỆP")
    boundaries.add_argument("--day", type=date.fromisoformat, help="ngày các đơn vị có hiệu lực (mặc định: hôm nay)")
    boundaries.set_defaults(run=load_boundaries)
    forms = commands.add_parser("load-forms", help="nạp biểu mẫu điện tử từ thư mục forms của tỉnh")
    forms.add_argument("folder", nargs="?", type=Path, metavar="THƯ_MỤC", help="mặc định: forms của TINHSO_PROVINCE")
    forms.add_argument("--dry-run", action="store_true", help="chỉ nói điều sẽ thay đổi và mọi lỗi, không ghi gì")
    forms.set_defaults(run=load_forms)


def load_province(arguments: argparse.Namespace) -> int:
    """Load everything, or one of its two parts; doing it twice changes nothing. Refuses a folder that is not a
    province's."""
    from django.conf import settings

    folder = _province_folder(arguments)
    demo = settings.DEMO and not arguments.without_demo
    if not arguments.rest:
        migrate_tables()
        load_essentials(folder, demo)
    if not arguments.essentials:
        filling.fill_province(folder, demo)
    return 0


def load_essentials(folder: Path, demo: bool) -> None:
    """What every page needs, in seconds: units, people, and what the province declares. The catalogue of indicators
    comes last: once it is there, all is."""
    load_units(folder)
    load_people(folder, demo)
    _load_data_sets(folder)
    load_procedures(folder, demo)
    _load_surveys(folder)
    _load_forms(folder)
    _load_proactive(folder)
    _load_payments(folder)
    _load_catalogue(folder)


def _province_folder(arguments: argparse.Namespace) -> Path:
    """The folder that is loaded, from now on that of the province at hand; what is impossible in its files is refused
    here, not in the worker at night."""
    from django.conf import settings

    folder: Path = (arguments.folder or Path(settings.PROVINCE_DIR)).resolve()
    if not (folder / "province.toml").is_file():
        raise Refused("no_province", "Thư mục %(folder)s không có tệp province.toml.", folder=str(folder))
    settings.PROVINCE_DIR = folder
    starting.must_have_a_right_province()
    return folder


def migrate_tables() -> None:
    """Bring the tables to this version; nothing is said when they already are."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print_step("Tạo hoặc cập nhật các bảng")
        call_command("migrate", verbosity=0, interactive=False)


def load_units(folder: Path) -> None:
    from tinhso.blocks.units import services as units

    print_step("Đơn vị hành chính và cơ quan")
    now = clock.now()
    loaded = units.load_units(folder / "units", by=operator_actor(), now=now)
    print(f"  mới {loaded.new}, sửa {loaded.corrected}, giữ nguyên {loaded.same}")
    for day in sorted({*province.province_facts(folder).change_dates, *filling.old_days(folder), clock.today()}):
        units.draw_schematic(day=day)


def load_people(folder: Path, demo: bool) -> None:
    from tinhso.blocks.identity import services as identity

    print_step("Vai trò và nhân vật" if demo else "Vai trò")
    print(f"  {identity.load_roles(folder=folder, by=operator_actor())} vai trò")
    if demo and (folder / "personas.toml").exists():
        print(f"  {identity.load_personas(folder=folder, by=operator_actor(), now=clock.now())} nhân vật minh họa")


def _load_data_sets(folder: Path) -> None:
    from tinhso.government.reporting import services as reporting

    print_step("Biểu mẫu báo cáo")
    loaded = reporting.load_data_sets(folder=folder / "data_sets", by=operator_actor())
    new = len(loaded.added) + len(loaded.corrected) + len(loaded.new_versions)
    print(f"  mới hoặc sửa {new}, giữ nguyên {len(loaded.unchanged)}")


def load_procedures(folder: Path, demo: bool) -> None:
    from tinhso.blocks.bpmn import services as bpmn
    from tinhso.government.public_services import demo as demo_procedures
    from tinhso.government.public_services import services as public_services

    print_step("Thủ tục hành chính")
    loaded = public_services.load_procedures(folder=folder / "procedures", by=operator_actor(), now=clock.now())
    print(f"  {loaded.versions} phiên bản, mới hoặc sửa {loaded.changed}")
    drawn = bpmn.load_processes(folder=folder / "processes", by=operator_actor(), now=clock.now())
    print(f"  {drawn} quy trình mới hoặc sửa")
    if demo and (procedure_count := demo_procedures.load(by=operator_actor(), now=clock.now())):
        print(f"  {procedure_count} thủ tục minh họa")


def _load_surveys(folder: Path) -> None:
    from tinhso.blocks.surveys import services as surveys
    from tinhso.blocks.surveys.contract import SURVEYS

    print_step("Phiếu ghi hiện trường")
    by = program_actor("tinhso", rights={survey.manage for survey in SURVEYS.values()})
    print(f"  {surveys.publish_folder(folder=folder / 'surveys', by=by, now=clock.now())} phiên bản mới")


def _load_proactive(folder: Path) -> None:
    from tinhso.government.public_services.services import proactive

    print_step("Dịch vụ chủ động")
    loaded = proactive.load_rules(path=folder / "proactive.toml", by=operator_actor(), now=clock.now())
    print(f"  {loaded.rules} quy tắc chủ động, mới hoặc sửa {loaded.changed}")


def _load_forms(folder: Path) -> None:
    from tinhso.blocks.forms import services as forms

    print_step("Biểu mẫu điện tử")
    loaded = forms.load_forms(folder=folder / "forms", by=operator_actor(), now=clock.now())
    print(f"  {len(loaded.changes)} biểu mẫu, mới hoặc sửa {loaded.changed}")


def load_forms(arguments: argparse.Namespace) -> int:
    """Load forms, or say what loading them would change and every fault of their files."""
    from django.conf import settings

    from tinhso.blocks.forms import services as forms
    from tinhso.blocks.forms.queries import folders

    folder = (arguments.folder or Path(settings.PROVINCE_DIR) / "forms").resolve()
    faults = folders.read_folder(folder).faults
    for name, fault in faults:
        print(f"✗ {name} {fault.where or '/'}: {fault.why}")
    if faults:
        raise Refused("bad_form", "Thư mục có %(count)d lỗi; chưa nạp gì.", count=len(faults))
    loaded = forms.load_forms(folder=folder, by=operator_actor(), now=clock.now(), dry_run=arguments.dry_run)
    words = {"new": "mới", "next": "phiên bản mới", "same": "giữ nguyên"}
    for change in loaded.changes:
        print(f"{change.code} {change.number}: {words[change.kind]}", *change.places, sep="\n    ")
    print("Chưa ghi gì." if arguments.dry_run else f"Đã nạp {loaded.changed} thay đổi.")
    return 0


def _load_payments(folder: Path) -> None:
    from tinhso.blocks.payments import services as payments

    print_step("Tài khoản thu phí, lệ phí")
    print(f"  {payments.load_accounts(folder=folder, by=operator_actor())} tài khoản")


def _load_catalogue(folder: Path) -> None:
    from tinhso.blocks.indicators import services as indicators

    print_step("Chỉ tiêu")
    print(f"  {indicators.load_catalogue(folder, by=operator_actor(), today=clock.today())} định nghĩa")


def load_boundaries(arguments: argparse.Namespace) -> int:
    """Take outlines from a file; says which codes name no unit of that day."""
    from tinhso.blocks.units import services as units

    stored, unknown = units.load_boundaries(arguments.file, by=operator_actor(), day=arguments.day or clock.today())
    print(f"Đã nạp {stored} ranh giới.")
    if unknown:
        print(f"Không có đơn vị nào mang mã: {', '.join(sorted(unknown)[:20])} ({len(unknown)} mã).")
    return 0
