"""The register of firms with their branches, and that of household businesses."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.registers.models import Entry, facets_of, indexes_of, key_of, words_of

DOMAIN = RegexValidator(
    r"\A(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z", _("Ghi tên miền, chữ thường: congty.vn")
)


class Sector(models.TextChoices):
    """What one lives by; short on purpose, the full classification is the registrar's."""

    FARMING = "farming", _("nông nghiệp, thủy sản")
    INDUSTRY = "industry", _("công nghiệp, chế biến")
    BUILDING = "building", _("xây dựng")
    TRADE = "trade", _("thương mại")
    TRANSPORT = "transport", _("vận tải, kho bãi")
    TOURISM = "tourism", _("du lịch, ăn uống, lưu trú")
    IT = "it", _("công nghệ thông tin")
    OTHER = "other", _("dịch vụ khác")


class Source(models.TextChoices):
    """Who said which tools are used."""

    DECLARED = "declared", _("tự khai")
    AGENCY = "agency", _("cơ quan cung cấp")
    SURVEY = "survey", _("điều tra")


class Firm(Entry):
    """A firm, or a branch under its own thirteen digits. What it uses is told by ``told_by`` as of ``told_on``."""

    class Kind(models.TextChoices):
        FIRM = "firm", _("doanh nghiệp")
        BRANCH = "branch", _("chi nhánh")

    class Size(models.TextChoices):
        MICRO = "micro", _("siêu nhỏ")
        SMALL = "small", _("nhỏ")
        MEDIUM = "medium", _("vừa")
        LARGE = "large", _("lớn")

    code = models.CharField(_("mã số thuế"), max_length=13)
    kind = models.CharField(_("loại"), max_length=8, choices=Kind, default=Kind.FIRM)
    sector = models.CharField(_("ngành"), max_length=10, choices=Sector)
    size = models.CharField(_("quy mô"), max_length=8, choices=Size)
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    founded_on = models.DateField(_("ngày thành lập"), null=True, blank=True)
    platform = models.BooleanField(_("dùng nền tảng số"), default=False)
    e_tax = models.BooleanField(_("nộp thuế điện tử"), default=False)
    e_invoice = models.BooleanField(_("hóa đơn điện tử"), default=False)
    signature = models.BooleanField(_("chữ ký số"), default=False)
    shop = models.BooleanField(_("bán hàng trên sàn thương mại điện tử"), default=False)
    site = models.CharField(_("tên miền của trang web"), max_length=253, blank=True, validators=[DOMAIN])
    told_by = models.CharField(_("nguồn về công cụ số"), max_length=8, choices=Source, default=Source.DECLARED)
    told_on = models.DateField(_("ngày của nguồn"), null=True, blank=True)
    words, key = words_of("ref", "name", "code", "site"), key_of("code")
    facets = facets_of("kind", "sector", "size", "told_by", "platform", "e_tax", "e_invoice", "signature", "shop")

    class Meta(Entry.Meta):
        indexes = indexes_of("kind", "sector", "size", "told_by", "platform", "e_tax", "e_invoice", "signature", "shop")
        verbose_name = _("doanh nghiệp")
        verbose_name_plural = _("doanh nghiệp")


class Household(Entry):
    """A household business. Its tax code may be its owner's personal number: both are the owner's personal data."""

    number = models.CharField(_("số giấy đăng ký hộ kinh doanh"), max_length=40)
    sector = models.CharField(_("ngành"), max_length=10, choices=Sector)
    tax_code = models.CharField(_("mã số thuế hoặc số định danh"), max_length=13, blank=True)
    owner = models.CharField(_("chủ hộ"), max_length=120, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=15, blank=True)
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    e_tax = models.BooleanField(_("nộp thuế điện tử"), default=False)
    e_invoice = models.BooleanField(_("hóa đơn điện tử"), default=False)
    cashless = models.BooleanField(_("nhận thanh toán không tiền mặt"), default=False)
    shop = models.BooleanField(_("bán hàng trên sàn thương mại điện tử"), default=False)
    told_by = models.CharField(_("nguồn về công cụ số"), max_length=8, choices=Source, default=Source.DECLARED)
    told_on = models.DateField(_("ngày của nguồn"), null=True, blank=True)
    words, key = words_of("ref", "name", "number"), key_of("number")
    facets = facets_of("sector", "told_by", "cashless", "e_tax", "e_invoice", "shop")

    class Meta(Entry.Meta):
        indexes = indexes_of("sector", "told_by", "cashless", "e_tax", "e_invoice", "shop")
        verbose_name = _("hộ kinh doanh")
        verbose_name_plural = _("hộ kinh doanh")
