"""Commands of the token: a person's key, its certificate, its end; programs that may ask people to sign."""

import argparse
import getpass
import sys
from pathlib import Path

from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.project.cli.place import operator_actor


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add what the machine does for signing."""
    top = commands.add_parser("signing", help="khóa ký từ xa và chương trình được xin ký")
    acts = top.add_subparsers(dest="act", required=True, metavar="VIỆC")
    _add_key(acts)
    certify = acts.add_parser("certify", help="nạp chứng thư đã được cấp cho một khóa")
    certify.add_argument("ref", metavar="KHÓA")
    certify.add_argument("files", type=Path, nargs="+", metavar="TỆP", help="chứng thư, rồi các nơi cấp từ gần đến xa")
    certify.set_defaults(run=certify_key)
    disable = acts.add_parser("disable", help="ngừng một khóa, mãi mãi")
    disable.add_argument("ref", metavar="KHÓA")
    disable.add_argument("--why", required=True)
    disable.set_defaults(run=disable_key)
    archive = acts.add_parser("archive", help="tệp lưu trữ có dấu thời gian sắp hết hạn")
    archive.add_argument("--renew", action="store_true", help="thêm dấu thời gian cho chúng ngay")
    archive.set_defaults(run=show_archive)
    _add_program(acts)


def _add_key(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    key = acts.add_parser("key", help="tạo khóa của một người trong thiết bị, ghi yêu cầu cấp chứng thư ra tệp")
    key.add_argument("username", metavar="TÊN_ĐĂNG_NHẬP")
    key.add_argument("--request", type=Path, required=True, metavar="TỆP", help="nơi ghi yêu cầu (PKCS #10)")
    key.add_argument("--algorithm", choices=["rsa", "ec"], default="rsa")
    key.add_argument("--unit", default="", metavar="MÃ", help="khóa con dấu của cơ quan này, người này giữ")
    key.add_argument(
        "--codes",
        nargs="+",
        choices=["totp", "mail"],
        default=["totp"],
        help="mã một lần: ứng dụng xác thực, thư điện tử",
    )
    key.set_defaults(run=make_key)


def _add_program(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    program = acts.add_parser("program", help="cho một chương trình được xin người dùng ký (OAuth 2)")
    program.add_argument("name", metavar="TÊN")
    program.add_argument("addresses", nargs="+", metavar="ĐỊA_CHỈ_TRỞ_VỀ")
    program.add_argument("--public", action="store_true", help="chương trình không giữ được bí mật (máy người dùng)")
    program.set_defaults(run=register_program)


def make_key(arguments: argparse.Namespace) -> int:
    """Make a key whose PIN the person types here, and the request to hand to an authority."""
    from tinhso.blocks.identity import queries as people
    from tinhso.blocks.remote_keys import services
    from tinhso.blocks.units import queries as units

    by, person, pin = operator_actor(), people.person_by_username(arguments.username), _typed_pin()
    unit = units.by_ref(arguments.unit) if arguments.unit else None
    credential = services.make_key(
        person=person, pin=pin, by=by, now=clock.now(), algorithm=arguments.algorithm, unit=unit, codes=arguments.codes
    )
    arguments.request.write_bytes(services.request_of(ref=credential.ref, pin=pin, by=by))
    print(f"Khóa {credential.ref} của {unit or person.name}; yêu cầu cấp chứng thư ở {arguments.request}.")
    return 0


def certify_key(arguments: argparse.Namespace) -> int:
    """Let a key be used with its certificate."""
    from asn1crypto import pem

    from tinhso.blocks.remote_keys import services

    every = [file.read_bytes() for file in arguments.files]
    mine, *chain = (
        pem.unarmor(certificate_bytes)[2] if pem.detect(certificate_bytes) else certificate_bytes
        for certificate_bytes in every
    )
    services.certify_key(ref=arguments.ref, certificate=mine, chain=chain, by=operator_actor(), now=clock.now())
    print(f"Khóa {arguments.ref} dùng được.")
    return 0


def disable_key(arguments: argparse.Namespace) -> int:
    """End a key."""
    from tinhso.blocks.remote_keys import services

    services.disable_key(ref=arguments.ref, why=arguments.why, by=operator_actor())
    print(f"Khóa {arguments.ref} không ký được nữa.")
    return 0


def show_archive(arguments: argparse.Namespace) -> int:
    """The worklist of archived files whose timestamps end soon; with ``--renew`` what could not be renewed, and why."""
    from tinhso.blocks.signatures import queries, services

    by, now = operator_actor(), clock.now()
    services.note_stamps(by=by, now=now)
    refused = services.renew_due(by=by, now=now) if arguments.renew else {}
    left = queries.stamps_due(now)
    for archive_stamp in left:
        document = archive_stamp.signature.document
        why = refused.get(document.ref, "")
        print(f"{document.ref}  {document.about}  {archive_stamp.until:%d/%m/%Y}  {why}".rstrip())
    if not left:
        print("Không có tệp nào sắp hết hạn dấu thời gian.")
    return 1 if refused else 0


def register_program(arguments: argparse.Namespace) -> int:
    """Register a program; its secret is shown once."""
    from tinhso.blocks.remote_keys import services

    name, secret = services.register_application(
        name=arguments.name,
        addresses=arguments.addresses,
        secret=not arguments.public,
        by=operator_actor(),
        now=clock.now(),
    )
    print(f"client_id {name}" + (f"\nclient_secret {secret}" if secret else ""))
    return 0


def _typed_pin() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    pin = getpass.getpass("PIN do chính người giữ khóa đặt: ")
    if getpass.getpass("Nhập lại: ") != pin:
        raise Refused("pins_differ", "Hai lần nhập không giống nhau.")
    return pin
