"""What the table of every register has. A register's own model adds its columns, and ``words``, ``key``, ``facets``::

    class Server(Entry):
        code = models.CharField(_("mã"), max_length=40)
        words, key, facets = words_of("ref", "name", "code"), key_of("code"), facets_of("kind")

        class Meta(Entry.Meta):
            indexes = indexes_of("kind")

and its migration ends with ``SELECT registers_attach('<table>', '<code of the register>')``.
"""

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.registers.models.derived import LatitudeStrip, order_of
from tinhso.blocks.registers.models.history import Act
from tinhso.blocks.units.models import Unit

ALIVE = models.Q(removed=False)
LYING = models.Q(longitude__isnull=False)


def indexes_of(*facets: str) -> list[models.Index]:
    """The indexes of a register with these facets: words and facets, the order of names, that of a unit, the place.

    The orders hold the facets too, so that a list is filtered as it is walked through, without opening the records:
    names go with kinds and places, and the first page of a filter may lie behind half of a register. That of one unit
    may not: it has an order of its own, which is also how the records of a unit are found.

    Places lie in strips from west to east, so that a window is a few short walks. That index holds the facets too: a
    window is filtered and counted without opening a record.
    """
    return [
        GinIndex(fields=["words", "facets"], name="reg_%(class)s_words"),
        models.Index(
            fields=["name_key", "id"],
            name="reg_%(class)s_order",
            condition=ALIVE,
            include=["unit", "ended_on", *facets],
        ),
        models.Index(
            fields=["unit", "name_key", "id"],
            name="reg_%(class)s_unit",
            condition=ALIVE,
            include=["ended_on", *facets],
        ),
        models.Index(
            LatitudeStrip("latitude"),
            models.F("longitude"),
            name="reg_%(class)s_place",
            condition=ALIVE & LYING,
            include=["latitude", "unit", "ended_on", *facets],
        ),
    ]


class Entry(models.Model):
    """One thing of a register, as it is now.

    ``valid_from`` is the day since which it is as it is; ``ended_on`` the first day on which it is no more.
    ``removed`` rows are no records: an import that brought them was undone, or they were merged into another.
    Every change names the ``act`` that made it: the database refuses one that does not, and all deletion.
    """

    ref = models.CharField(_("tham chiếu"), max_length=40, unique=True, editable=False)
    name = models.CharField(_("tên"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị"), db_index=False)
    longitude = models.FloatField(
        _("kinh độ"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    latitude = models.FloatField(
        _("vĩ độ"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    valid_from = models.DateField(_("từ ngày"))
    ended_on = models.DateField(_("ngừng từ ngày"), null=True, blank=True)
    removed = models.BooleanField(default=False, editable=False)
    merged_into = models.CharField(max_length=40, blank=True, editable=False)
    act = models.ForeignKey(Act, models.PROTECT, related_name="+", db_index=False, db_constraint=False, editable=False)
    name_key = order_of("name")

    class Meta:
        abstract = True
        ordering = ("name_key", "pk")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="reg_%(class)s_key", condition=ALIVE & ~models.Q(key="")),
            models.CheckConstraint(
                name="reg_%(class)s_place_whole",
                condition=models.Q(longitude__isnull=True, latitude__isnull=True)
                | models.Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
            ),
        ]
        indexes = indexes_of()

    def __str__(self) -> str:
        return self.name
