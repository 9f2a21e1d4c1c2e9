"""What is asked of who applies, and of who writes a programme."""

import json
from secrets import token_urlsafe
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.society.support.contract import ApplicationDraft, Channel
from tinhso.society.support.models import Application, Programme
from tinhso.society.support.queries import lookup
from tinhso.ui.inputs import DayInput


class EligibilityForm(forms.Form):
    """What rules ask of somebody; no number of a person, so that nobody learns who was given something."""

    born = forms.IntegerField(label=_("Năm sinh"), min_value=1900, max_value=2100, required=False)
    household = forms.ChoiceField(label=_("Hộ của bạn"), choices=Application.Household.choices, required=False)
    commune = forms.ChoiceField(label=_("Xã, phường nơi cư trú"), required=False)

    def __init__(self, programme: Programme, *told: Any, **extra: Any) -> None:
        super().__init__(*told, **{"label_suffix": "", **extra})
        communes = [(unit.ref, unit.name) for unit in lookup.communes(clock.today())]
        self.fields["commune"].choices = [("", _("Chọn xã, phường")), *communes]  # type: ignore[attr-defined]
        if programme.takes_device:
            hint = _("Bấm *#06# trên máy cũ để xem. Không biết cũng được.")
            self.fields["imei"] = forms.CharField(
                label=_("IMEI máy đang dùng"),
                max_length=40,
                required=False,
                help_text=hint,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )


class Applying(EligibilityForm):
    """What an application tells."""

    request_name = forms.CharField(widget=forms.HiddenInput, max_length=60, required=False)
    name = forms.CharField(label=_("Họ và tên"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    number = forms.CharField(
        label=_("Số định danh (căn cước)"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Số điện thoại"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    gender = forms.ChoiceField(label=_("Giới tính"), choices=Application.Gender.choices, required=False)
    field_order = ("name", "number", "phone", "commune", "born", "gender", "household", "imei", "channel")

    def __init__(self, programme: Programme, *told: Any, desk: bool = False, **extra: Any) -> None:
        extra.setdefault("initial", {"request_name": token_urlsafe(18)})
        super().__init__(programme, *told, **extra)
        self.fields["commune"].required = True
        if programme.takes_device:
            self.fields["imei"].required = True
            self.fields["imei"].help_text = _("Bấm *#06# trên máy cũ để xem: 15 chữ số.")
        if desk:
            ways = [(str(channel), Application.Channel(str(channel)).label) for channel in (Channel.DESK, Channel.TEAM)]
            self.fields["channel"] = forms.ChoiceField(label=_("Nhận ở đâu"), choices=ways)
        self.order_fields(self.field_order)

    def draft(self, *, channel: str, language: str) -> ApplicationDraft:
        """What was told, in the shape that services take."""
        values = self.cleaned_data
        return ApplicationDraft(
            request=f"{channel}:{values['request_name']}" if values["request_name"] else "",
            channel=channel,
            name=values["name"],
            number=values["number"],
            phone=values["phone"],
            commune=values["commune"],
            born=values["born"] or 0,
            gender=values["gender"],
            household=values["household"],
            imei=values.get("imei", ""),
            language=language,
        )


class ProgrammeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A programme; what applications rest upon cannot be changed once there are any."""

    once = forms.MultipleChoiceField(
        label=_("Mỗi … chỉ được một lần"),
        widget=forms.CheckboxSelectMultiple,
        choices=[("person", _("người (số định danh)")), ("phone", _("số điện thoại")), ("imei", _("máy (IMEI)"))],
    )

    class Meta:
        model = Programme
        fields = (
            "name",
            "kind",
            "basis",
            "giver",
            "giver_kind",
            "starts_on",
            "ends_on",
            "amount",
            "pieces",
            "budget",
            "days",
            "once",
            "takes_device",
            "gives_device",
            "told",
        )
        widgets = {"starts_on": DayInput(), "ends_on": DayInput(), "told": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *told: Any, **extra: Any) -> None:
        super().__init__(*told, **{"label_suffix": "", **extra})
        if self.instance.pk is None:
            self.fields["code"] = forms.SlugField(
                label=_("Mã"), max_length=40, help_text=_("Chữ thường, số, gạch nối; dùng trong địa chỉ trang.")
            )
            self.order_fields(["code", *self.Meta.fields])


class Ruling(forms.Form):
    """New rules from a day on: the usual ones by their boxes, others as JSON."""

    valid_from = forms.DateField(label=_("Áp dụng từ ngày"), widget=DayInput())
    why = forms.CharField(label=_("Căn cứ thay đổi"), max_length=300, required=False)
    least = forms.IntegerField(label=_("Từ bao nhiêu tuổi"), min_value=0, max_value=130, required=False)
    most = forms.IntegerField(label=_("Không quá bao nhiêu tuổi"), min_value=0, max_value=130, required=False)
    household = forms.MultipleChoiceField(
        label=_("Chỉ các hộ"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(value, label) for value, label in Application.Household.choices if value],
    )
    paper = forms.CharField(label=_("Giấy tờ chứng minh hộ"), max_length=200, required=False)
    device = forms.BooleanField(label=_("Máy đang dùng chỉ có mạng 2G"), required=False)
    more = forms.CharField(
        label=_("Điều kiện khác (JSON)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Một danh sách theo sách hướng dẫn; để trống nếu không cần."),
    )

    def clean_more(self) -> list[Any]:
        """A list, or a fault in words."""
        try:
            extra_rules = json.loads(self.cleaned_data["more"] or "[]")
        except ValueError as problem:
            raise forms.ValidationError(_("Không phải JSON đúng dạng.")) from problem
        if not isinstance(extra_rules, list):
            raise forms.ValidationError(_("Phải là một danh sách."))
        return extra_rules

    def rules(self) -> list[dict[str, Any]]:
        """The rules that the boxes say."""
        values, rows = self.cleaned_data, list[dict[str, Any]]()
        bounds = {name: values[name] for name in ("least", "most") if values[name] is not None}
        if bounds:
            rows.append({"rule": "age", **bounds})
        if values["household"]:
            paper = {"paper": values["paper"]} if values["paper"] else {}
            rows.append({"rule": "household", "among": values["household"], **paper})
        if values["device"]:
            rows.append({"rule": "device", "generation": 2})
        return [*rows, *values["more"]]
