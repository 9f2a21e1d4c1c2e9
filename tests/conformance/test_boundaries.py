"""Boundaries that others drew: a real GeoJSON of communes, read from outside the repository."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from tinhso.blocks.units import services
from tinhso.blocks.units.models import Boundary
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor

KEEPER = program_actor("keeper", rights=["manage units"])


@pytest.mark.conformance
@pytest.mark.django_db
def test_boundaries_of_the_48_communes_find_their_units(vectors: Path) -> None:
    path = vectors.parent / "data" / "bentre48_s8.geojson"
    if not path.exists():
        pytest.skip("không có tệp ranh giới cạnh TINHSO_VECTORS")
    services.load_units(Path(settings.PROVINCE_DIR) / "units", by=KEEPER, now=clock.now())
    services.draw_schematic(day=date(2026, 1, 1))

    stored, unknown = services.load_boundaries(path, by=KEEPER, day=date(2026, 1, 1))

    assert (stored, unknown) == (48, [])
    assert Boundary.objects.filter(schematic=False).count() == 48
    assert Boundary.objects.filter(schematic=True).count() == 76
