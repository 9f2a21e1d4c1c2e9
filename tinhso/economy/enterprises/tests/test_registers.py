"""Tax codes have their check digit in forms, files and the database; owners of households stay masked."""

from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.queries.openness import records_of
from tinhso.blocks.registers.queries.parsing import Invalid
from tinhso.blocks.registers.services import importing
from tinhso.blocks.registers.tests.makers import MONDAY, a_place
from tinhso.economy.enterprises.contract import is_household_code, is_tax_code
from tinhso.economy.enterprises.models import Firm, Household
from tinhso.economy.enterprises.tests.makers import CODES, a_firm, a_household, an_officer
from tinhso.kernel.errors import Forbidden

WRONG = ("0100233480", "0000000000", "0314409058000", "03144090580021", "031440905", "", "010023348８")


@pytest.mark.parametrize("code", [*CODES, "0314409058002"])
def test_a_published_tax_code_follows_the_rule(code: str) -> None:
    assert is_tax_code(code)
    assert not is_tax_code(code[:9] + str((int(code[9]) + 1) % 10) + code[10:])


@pytest.mark.parametrize("code", WRONG)
def test_a_wrong_tax_code_is_none(code: str) -> None:
    assert not is_tax_code(code)
    assert not is_household_code(code)


@pytest.mark.django_db
def test_neither_a_form_nor_a_file_nor_sql_brings_in_a_wrong_tax_code() -> None:
    a_place()

    with pytest.raises(Invalid, match="số kiểm tra"):
        a_firm("0100233480")
    with pytest.raises(Invalid, match="13 chữ số"):
        a_firm("0314409058002")  # a branch's code without the kind
    branch = a_firm("0314409058002", kind="branch")
    rows = "mã số thuế;tên;đơn vị;ngành;quy mô\n0100233480;Sai;W;trade;small\n0100112437;Đúng;W;trade;small".encode()
    held = importing.hold_file(
        register=REGISTERS["firms"], file=BytesIO(rows), name="dn.csv", size=len(rows), by=an_officer(), now=MONDAY
    )

    assert (held.new, held.faulty) == (1, 1)
    for change in ({"code": "0100233480"}, {"code": "0100233488001", "kind": "firm"}):
        with pytest.raises(IntegrityError, match="tax_code"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE enterprises_firm SET code = %s, kind = %s WHERE id = %s",
                [change["code"], change.get("kind", branch.kind), branch.pk],
            )


@pytest.mark.django_db
def test_data_of_owners_of_households_are_private_and_never_open() -> None:
    a_place()
    a_household(owner="Chủ hộ kín", phone="0900000001", tax_code="083000000001", address="Số 1")

    register = REGISTERS["households"]
    told = "\n".join(str(row) for row in records_of(register).rows())
    answer = Client().get("/ogc/collections/households/items/?f=json").content.decode()

    for secret in ("Chủ hộ kín", "0900000001", "083000000001", "Số 1", "Tạp hóa"):
        assert secret not in told
        assert secret not in answer
    assert {"owner", "phone", "tax_code", "address"} <= set(register.private)


@pytest.mark.django_db
def test_merging_firms_takes_their_branches_places_along_and_who_keeps_another_commune_may_not() -> None:
    west, east = a_place()
    one, two = a_firm(CODES[0]), a_firm(CODES[1])

    with pytest.raises(Forbidden):
        records.merge_records(
            register=REGISTERS["firms"],
            keep=one.ref,
            lose=[two.ref],
            values={},
            why="Trùng",
            by=an_officer(east),
            now=MONDAY,
        )
    records.merge_records(
        register=REGISTERS["firms"],
        keep=one.ref,
        lose=[two.ref],
        values={"size": "medium"},
        why="Trùng",
        by=an_officer(west),
        now=MONDAY,
    )

    assert list(Firm.objects.filter(removed=False).values_list("ref", "size")) == [(one.ref, "medium")]
    assert Firm.objects.get(pk=two.pk).merged_into == one.ref
    assert not Household.objects.exists()
