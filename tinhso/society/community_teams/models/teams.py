"""The registers of teams and of their members."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.registers.models import Entry, facets_of, indexes_of, key_of, words_of


class Team(Entry):
    """A team founded by a decision. Those of districts are history since 1 July 2025.

    A team of a hamlet (ấp, khóm, khu phố) belongs to its commune; ``hamlet`` is its name: hamlets are no units.
    """

    class Tier(models.TextChoices):
        DISTRICT = "district", _("cấp huyện")
        COMMUNE = "commune", _("cấp xã")
        HAMLET = "hamlet", _("ấp, khóm, khu phố")

    code = models.CharField(_("mã tổ"), max_length=40)
    tier = models.CharField(_("cấp tổ"), max_length=8, choices=Tier)
    hamlet = models.CharField(_("ấp, khóm, khu phố"), max_length=120, blank=True)
    decision = models.CharField(_("số quyết định thành lập"), max_length=60)
    decided_on = models.DateField(_("ngày quyết định"))
    decided_by = models.CharField(_("nơi ban hành quyết định"), max_length=200)
    place = models.CharField(_("nơi sinh hoạt"), max_length=200, blank=True)
    words, key = words_of("ref", "name", "code", "hamlet", "decision"), key_of("code")
    facets = facets_of("tier")

    class Meta(Entry.Meta):
        verbose_name = _("tổ công nghệ số cộng đồng")
        verbose_name_plural = _("tổ công nghệ số cộng đồng")
        indexes = indexes_of("tier")
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                name="community_teams_hamlet_named",
                condition=models.Q(tier="hamlet") & ~models.Q(hamlet="")
                | ~models.Q(tier="hamlet") & models.Q(hamlet=""),
            ),
        ]


class Member(Entry):
    """Somebody who is in a team for a term, unpaid. What they are called is in the decision; the rest is personal.

    ``account`` is the name by which they log in to work on a phone; empty where they do not.
    """

    class Role(models.TextChoices):
        HEAD = "head", _("tổ trưởng")
        DEPUTY = "deputy", _("tổ phó")
        MEMBER = "member", _("thành viên")

    class Body(models.TextChoices):
        YOUTH = "youth", _("Đoàn Thanh niên")
        WOMEN = "women", _("Hội Phụ nữ")
        FARMERS = "farmers", _("Hội Nông dân")
        VETERANS = "veterans", _("Hội Cựu chiến binh")
        POLICE = "police", _("công an")
        HAMLET = "hamlet", _("ban nhân dân ấp, khu phố")
        OFFICIAL = "official", _("cán bộ, công chức")
        SCHOOL = "school", _("giáo viên")
        COMPANY = "company", _("doanh nghiệp")
        OTHER = "other", _("khác")

    class Gender(models.TextChoices):
        FEMALE = "female", _("nữ")
        MALE = "male", _("nam")

    number = models.CharField(_("mã thành viên"), max_length=40)
    team = models.ForeignKey(Team, models.PROTECT, related_name="members", verbose_name=_("tổ"))
    role = models.CharField(_("vai trò"), max_length=6, choices=Role, default=Role.MEMBER)
    body = models.CharField(_("thuộc"), max_length=8, choices=Body)
    gender = models.CharField(_("giới tính"), max_length=6, choices=Gender, blank=True)
    born = models.IntegerField(_("năm sinh"), null=True, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=15, blank=True)
    account = models.CharField(_("tên đăng nhập"), max_length=150, blank=True, db_index=True)
    term_from = models.DateField(_("nhiệm kỳ từ ngày"))
    term_until = models.DateField(_("nhiệm kỳ đến hết ngày"))
    words, key = words_of("ref", "name", "number"), key_of("number")
    facets = facets_of("role", "body", "team")

    class Meta(Entry.Meta):
        verbose_name = _("thành viên tổ công nghệ số cộng đồng")
        verbose_name_plural = _("thành viên tổ công nghệ số cộng đồng")
        indexes = indexes_of("role", "body", "team")
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                name="community_teams_term", condition=models.Q(term_until__gte=models.F("term_from"))
            ),
            models.CheckConstraint(
                name="community_teams_born", condition=models.Q(born=None) | models.Q(born__range=(1900, 2100))
            ),
            models.UniqueConstraint(  # one head a team: who follows is named once the last one is written down as gone
                fields=["team"],
                name="community_teams_one_head",
                condition=models.Q(role="head", removed=False, ended_on=None),
            ),
        ]
