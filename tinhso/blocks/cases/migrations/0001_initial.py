"""Cases, those who apply, what happened, where each stands on its process."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

import tinhso.blocks.cases.models.words

WORDS = """
CREATE FUNCTION cases_words(line text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT array_to_tsvector(array_remove(regexp_split_to_array(line, '[^a-z0-9]+'), ''))
$$;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("bpmn", "0001_initial"),
        ("documents", "0004_papers_stay"),
        ("forms", "0002_versions_stay"),
        ("units", "0003_succession_in_time"),
    ]

    operations = [
        migrations.RunSQL(WORDS, "DROP FUNCTION cases_words(text);"),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="mã hồ sơ")),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("here", "nộp tại hệ thống này"),
                            ("demo", "dữ liệu minh họa"),
                            ("import", "chuyển từ hệ thống khác"),
                        ],
                        default="here",
                        max_length=6,
                        verbose_name="nguồn",
                    ),
                ),
                ("provider", models.CharField(max_length=40, verbose_name="nơi công bố thủ tục")),
                ("procedure", models.CharField(max_length=40, verbose_name="mã thủ tục")),
                ("version", models.CharField(max_length=60, verbose_name="phiên bản thủ tục")),
                ("option", models.CharField(blank=True, max_length=40, verbose_name="mã trường hợp")),
                ("option_name", models.CharField(blank=True, max_length=200, verbose_name="trường hợp")),
                ("name", models.CharField(max_length=500, verbose_name="tên thủ tục")),
                ("field_code", models.CharField(max_length=40, verbose_name="mã lĩnh vực")),
                ("field", models.CharField(max_length=200, verbose_name="lĩnh vực")),
                ("result", models.CharField(blank=True, max_length=300, verbose_name="kết quả phải trả")),
                (
                    "channel",
                    models.SmallIntegerField(
                        choices=[(1, "trực tiếp"), (2, "trực tuyến"), (3, "bưu chính công ích")],
                        verbose_name="cách nộp",
                    ),
                ),
                ("needs_unit", models.BooleanField(default=False, verbose_name="chưa rõ cơ quan kế thừa")),
                (
                    "status",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Mới đăng ký"),
                            (2, "Được tiếp nhận"),
                            (3, "Không được tiếp nhận"),
                            (4, "Đang xử lý"),
                            (5, "Yêu cầu bổ sung"),
                            (6, "Yêu cầu nghĩa vụ tài chính"),
                            (7, "Công dân rút"),
                            (8, "Dừng xử lý"),
                            (9, "Đã xử lý xong"),
                            (10, "Đã trả kết quả"),
                        ],
                        default=1,
                        verbose_name="trạng thái",
                    ),
                ),
                (
                    "resumes_as",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Mới đăng ký"),
                            (2, "Được tiếp nhận"),
                            (3, "Không được tiếp nhận"),
                            (4, "Đang xử lý"),
                            (5, "Yêu cầu bổ sung"),
                            (6, "Yêu cầu nghĩa vụ tài chính"),
                            (7, "Công dân rút"),
                            (8, "Dừng xử lý"),
                            (9, "Đã xử lý xong"),
                            (10, "Đã trả kết quả"),
                        ],
                        null=True,
                        verbose_name="trạng thái khi tiếp tục",
                    ),
                ),
                ("submitted_at", models.DateTimeField(verbose_name="nộp lúc")),
                ("received_at", models.DateTimeField(null=True, verbose_name="tiếp nhận hợp lệ lúc")),
                ("amount", models.PositiveSmallIntegerField(null=True, verbose_name="thời hạn")),
                ("measure", models.CharField(blank=True, max_length=12, verbose_name="đơn vị thời hạn")),
                ("cutoff", models.TimeField(null=True, verbose_name="giờ chốt trong ngày")),
                ("at_once", models.BooleanField(default=False, verbose_name="trả ngay")),
                ("first_due_at", models.DateTimeField(null=True, verbose_name="hẹn trả lần đầu")),
                ("due_at", models.DateTimeField(null=True, verbose_name="hẹn trả")),
                ("provisional", models.BooleanField(default=False, verbose_name="hạn tạm tính")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="xử lý xong lúc")),
                ("returned_at", models.DateTimeField(null=True, verbose_name="trả kết quả lúc")),
                ("closed_why", models.TextField(blank=True, verbose_name="lý do kết thúc")),
                ("outcome", models.CharField(blank=True, max_length=300, verbose_name="kết quả")),
                ("outcome_number", models.CharField(blank=True, max_length=80, verbose_name="số, ký hiệu kết quả")),
                ("papers", models.JSONField(default=list, verbose_name="giấy tờ")),
                ("charges", models.JSONField(default=list, verbose_name="phí, lệ phí")),
                ("form", models.CharField(blank=True, max_length=80, verbose_name="mẫu điện tử")),
                ("values", models.JSONField(default=dict, verbose_name="nội dung kê khai")),
                ("request", models.CharField(blank=True, max_length=40, verbose_name="mã lần nộp")),
                ("rating", models.PositiveSmallIntegerField(null=True, verbose_name="điểm hài lòng")),
                ("rating_note", models.TextField(blank=True, verbose_name="ý kiến")),
                ("entries_count", models.PositiveIntegerField(default=0, verbose_name="số mục nhật ký")),
                ("tasks_count", models.PositiveIntegerField(default=0, verbose_name="số bước")),
                ("key_turn", models.PositiveSmallIntegerField(default=1, verbose_name="lần cấp khóa tra cứu")),
                ("search_text", models.TextField(editable=False)),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=tinhso.blocks.cases.models.words.FoldedWords("search_text"),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "places",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, editable=False, size=None
                    ),
                ),
                (
                    "origin_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                        verbose_name="cơ quan có thẩm quyền",
                    ),
                ),
                (
                    "receiving_unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                        verbose_name="nơi tiếp nhận",
                    ),
                ),
                (
                    "support_unit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                        verbose_name="nơi hỗ trợ",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                        verbose_name="cơ quan đang giải quyết",
                    ),
                ),
            ],
            options={
                "verbose_name": "hồ sơ",
                "verbose_name_plural": "hồ sơ","constraints": [models.CheckConstraint(
                condition=models.Q(("status__range", (1, 10))), name="cases_status_known"
            ), models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", [2, 4, 9, 10]), _negated=True),
                    ("received_at__isnull", False),
                    _connector="OR",
                ),
                name="cases_worked_on_was_received",
            ), models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", False), ("status__in", [9, 10])),
                    models.Q(models.Q(("status__in", [9, 10]), _negated=True), ("finished_at__isnull", True)),
                    _connector="OR",
                ),
                name="cases_finished_has_its_time",
            ), models.CheckConstraint(
                condition=models.Q(
                    models.Q(("returned_at__isnull", False), ("status", 10)),
                    models.Q(models.Q(("status", 10), _negated=True), ("returned_at__isnull", True)),
                    _connector="OR",
                ),
                name="cases_returned_has_its_time",
            ), models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resumes_as__isnull", False), ("status__in", [5, 6])),
                    models.Q(models.Q(("status__in", [5, 6]), _negated=True), ("resumes_as__isnull", True)),
                    _connector="OR",
                ),
                name="cases_waiting_knows_its_way_back",
            ), models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", [3, 7, 8]), _negated=True), ("closed_why__regex", "\\S"), _connector="OR"
                ),
                name="cases_no_says_why",
            ), models.CheckConstraint(
                condition=models.Q(
                    models.Q(("received_at", None), ("received_at__gte", models.F("submitted_at")), _connector="OR"),
                    models.Q(("finished_at", None), ("finished_at__gte", models.F("received_at")), _connector="OR"),
                    models.Q(("returned_at", None), ("returned_at__gte", models.F("finished_at")), _connector="OR"),
                ),
                name="cases_times_in_order",
            ), models.CheckConstraint(
                condition=models.Q(("rating", None), ("rating__range", (1, 5)), _connector="OR"), name="cases_rating"
            ), models.UniqueConstraint(fields=("code",), name="cases_code"), models.UniqueConstraint(
                condition=models.Q(("request", ""), _negated=True), fields=("request",), name="cases_filed_once"
            )],"indexes": [django.contrib.postgres.indexes.GinIndex(fields=["words", "places"], name="cases_words"), models.Index(fields=["unit", "status", "due_at"], name="cases_unit"), models.Index(fields=["receiving_unit", "-submitted_at"], name="cases_receiving"), models.Index(fields=["submitted_at", "id"], name="cases_newest"), models.Index(
                condition=models.Q(("finished_at", None), ("status__in", [2, 4])),
                fields=["due_at"],
                name="cases_running",
            ), models.Index(condition=models.Q(("needs_unit", True)), fields=["needs_unit"], name="cases_doubtful")],
            },
        ),
        migrations.CreateModel(
            name="Begun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=40, verbose_name="nơi công bố thủ tục")),
                ("procedure", models.CharField(max_length=40, verbose_name="mã thủ tục")),
                ("option", models.CharField(blank=True, max_length=40, verbose_name="mã trường hợp")),
                (
                    "channel",
                    models.SmallIntegerField(
                        choices=[(1, "trực tiếp"), (2, "trực tuyến"), (3, "bưu chính công ích")],
                        verbose_name="cách nộp",
                    ),
                ),
                ("competent", models.CharField(blank=True, max_length=120, verbose_name="cơ quan có thẩm quyền")),
                (
                    "kind",
                    models.SmallIntegerField(
                        choices=[(0, "công dân"), (1, "doanh nghiệp, tổ chức"), (2, "hộ kinh doanh")],
                        default=0,
                        verbose_name="đối tượng",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="họ tên, tên tổ chức")),
                ("id_number", models.CharField(blank=True, max_length=20, verbose_name="số giấy tờ")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="điện thoại")),
                ("email", models.CharField(blank=True, max_length=254, verbose_name="thư điện tử")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="địa chỉ")),
                ("papers", models.JSONField(default=list, verbose_name="giấy tờ")),
                ("note", models.CharField(blank=True, max_length=1000, verbose_name="ghi chú")),
                (
                    "draft",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="forms.draft",
                        verbose_name="bản nháp",
                    ),
                ),
                (
                    "receiving_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                        verbose_name="nơi tiếp nhận",
                    ),
                ),
            ],
            options={
                "verbose_name": "hồ sơ đang điền",
                "verbose_name_plural": "hồ sơ đang điền","constraints": [models.CheckConstraint(
                condition=models.Q(("name__regex", "\\S")), name="cases_begun_by_somebody"
            )],
            },
        ),
        migrations.CreateModel(
            name="BegunFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(blank=True, max_length=40, verbose_name="trường")),
                ("paper", models.CharField(blank=True, max_length=80, verbose_name="mã loại giấy tờ")),
                ("name", models.CharField(max_length=300, verbose_name="tên giấy tờ")),
                ("file_name", models.CharField(max_length=300, verbose_name="tên tệp")),
                (
                    "begun",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="cases.begun"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.storedfile",
                        verbose_name="tệp",
                    ),
                ),
            ],
            options={
                "verbose_name": "tệp của hồ sơ đang điền",
                "verbose_name_plural": "tệp của hồ sơ đang điền","constraints": [models.UniqueConstraint(
                condition=models.Q(("field", ""), _negated=True),
                fields=("begun", "field"),
                name="cases_one_file_a_field",
            )],
            },
        ),
        migrations.CreateModel(
            name="CaseProcess",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="process",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("state", models.JSONField(verbose_name="trạng thái quy trình")),
                ("wakes_at", models.DateTimeField(null=True, verbose_name="hẹn giờ")),
            ],
            options={
                "verbose_name": "quy trình của hồ sơ",
                "verbose_name_plural": "quy trình của hồ sơ","indexes": [models.Index(
                condition=models.Q(("wakes_at__isnull", False)), fields=["wakes_at"], name="cases_wakes"
            )],
            },
        ),
        migrations.CreateModel(
            name="CaseLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.PositiveIntegerField(verbose_name="bước")),
                (
                    "child",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="opened_by", to="cases.case"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links", to="cases.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "hồ sơ liên thông",
                "verbose_name_plural": "hồ sơ liên thông","constraints": [models.UniqueConstraint(fields=("parent", "step"), name="cases_link_once")],
            },
        ),
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organisation", models.CharField(max_length=30, verbose_name="mã cơ quan")),
                ("day", models.DateField(verbose_name="ngày")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="số cuối")),
            ],
            options={
                "verbose_name": "sổ số hồ sơ",
                "verbose_name_plural": "sổ số hồ sơ",
                "constraints": [models.UniqueConstraint(fields=("organisation", "day"), name="cases_one_counter")],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="số")),
                ("at", models.DateTimeField(verbose_name="lúc")),
                ("by", models.CharField(max_length=80, verbose_name="ai")),
                ("by_name", models.CharField(max_length=200, verbose_name="tên")),
                ("did", models.CharField(max_length=24, verbose_name="việc")),
                (
                    "status",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Mới đăng ký"),
                            (2, "Được tiếp nhận"),
                            (3, "Không được tiếp nhận"),
                            (4, "Đang xử lý"),
                            (5, "Yêu cầu bổ sung"),
                            (6, "Yêu cầu nghĩa vụ tài chính"),
                            (7, "Công dân rút"),
                            (8, "Dừng xử lý"),
                            (9, "Đã xử lý xong"),
                            (10, "Đã trả kết quả"),
                        ],
                        verbose_name="trạng thái sau đó",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="ghi chú")),
                ("public", models.BooleanField(default=True, verbose_name="người nộp được xem")),
                ("detail", models.JSONField(default=dict, verbose_name="chi tiết")),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="cases.case",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "nhật ký hồ sơ",
                "verbose_name_plural": "nhật ký hồ sơ","constraints": [models.UniqueConstraint(fields=("case", "number"), name="cases_entry_number")],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="lúc")),
                ("by", models.CharField(max_length=80, verbose_name="ai")),
                ("by_name", models.CharField(max_length=200, verbose_name="tên")),
                ("amount", models.PositiveSmallIntegerField(verbose_name="thêm")),
                ("why", models.TextField(verbose_name="lý do")),
                ("was_due_at", models.DateTimeField(verbose_name="hẹn trả cũ")),
                ("due_at", models.DateTimeField(verbose_name="hẹn trả mới")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="extensions", to="cases.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "gia hạn",
                "verbose_name_plural": "gia hạn","constraints": [models.CheckConstraint(
                condition=models.Q(("why__regex", "\\S")), name="cases_extension_says_why"
            ), models.CheckConstraint(condition=models.Q(("amount__gte", 1)), name="cases_extension_adds")],
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.SmallIntegerField(
                        choices=[(0, "công dân"), (1, "doanh nghiệp, tổ chức"), (2, "hộ kinh doanh")],
                        default=0,
                        verbose_name="đối tượng",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="họ tên, tên tổ chức")),
                ("id_number", models.CharField(blank=True, max_length=20, verbose_name="số giấy tờ")),
                ("owner", models.CharField(blank=True, max_length=64, verbose_name="khóa chủ hồ sơ")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="điện thoại")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="thư điện tử")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="địa chỉ")),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="party", to="cases.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "người nộp",
                "verbose_name_plural": "người nộp","indexes": [models.Index(fields=["owner"], name="cases_owner")],
            },
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("supplement", "chờ bổ sung"), ("payment", "chờ nộp tiền")],
                        max_length=10,
                        verbose_name="vì sao",
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="từ")),
                ("until", models.DateTimeField(null=True, verbose_name="đến")),
                ("reasons", models.JSONField(default=list, verbose_name="nội dung yêu cầu")),
                ("answer", models.TextField(blank=True, verbose_name="người nộp trả lời")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pauses", to="cases.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "thời gian tạm dừng",
                "verbose_name_plural": "thời gian tạm dừng","constraints": [models.UniqueConstraint(
                condition=models.Q(("until", None)), fields=("case",), name="cases_one_open_pause"
            ), models.CheckConstraint(
                condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                name="cases_pause_in_order",
            )],
            },
        ),
        migrations.CreateModel(
            name="Slip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.PositiveSmallIntegerField(verbose_name="mẫu số")),
                ("entry", models.PositiveIntegerField(verbose_name="mục nhật ký")),
                ("edition", models.PositiveSmallIntegerField(default=1, verbose_name="lần lập")),
                ("token", models.CharField(max_length=40, unique=True, verbose_name="mã kiểm tra")),
                ("made_at", models.DateTimeField(verbose_name="in lúc")),
                ("by", models.CharField(max_length=80, verbose_name="ai")),
                ("by_name", models.CharField(max_length=200, verbose_name="tên")),
                ("sha256", models.CharField(max_length=64, verbose_name="mã băm")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="slips", to="cases.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "phiếu đã in",
                "verbose_name_plural": "phiếu đã in","constraints": [models.UniqueConstraint(fields=("case", "form", "entry", "edition"), name="cases_slip_once"), models.CheckConstraint(
                condition=models.Q(("edition__gte", 1), ("entry__gte", 1), ("form__range", (1, 6))),
                name="cases_slip_form",
            ), models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="cases_slip_hash"
            )],
            },
        ),
        migrations.CreateModel(
            name="StandIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("holder", models.CharField(db_index=True, max_length=80, verbose_name="người vắng")),
                ("holder_name", models.CharField(max_length=200, verbose_name="tên người vắng")),
                ("to", models.CharField(db_index=True, max_length=80, verbose_name="người làm thay")),
                ("to_name", models.CharField(max_length=200, verbose_name="tên người làm thay")),
                ("first", models.DateField(verbose_name="từ ngày")),
                ("last", models.DateField(verbose_name="đến hết ngày")),
                ("by", models.CharField(max_length=80, verbose_name="ai ghi")),
                ("at", models.DateTimeField(verbose_name="lúc")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="bỏ lúc")),
            ],
            options={
                "verbose_name": "ủy quyền xử lý",
                "verbose_name_plural": "ủy quyền xử lý",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="cases_stand_in_days"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("holder", models.F("to")), _negated=True), name="cases_stand_in_for_another"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="bước")),
                ("key", models.CharField(max_length=80, verbose_name="mã bước")),
                ("name", models.CharField(max_length=200, verbose_name="việc")),
                ("right", models.CharField(max_length=40, verbose_name="quyền cần có")),
                ("holder", models.CharField(blank=True, max_length=80, verbose_name="người giữ")),
                ("holder_name", models.CharField(blank=True, max_length=200, verbose_name="tên người giữ")),
                ("opened_at", models.DateTimeField(verbose_name="đến lúc")),
                ("due_at", models.DateTimeField(null=True, verbose_name="hạn của bước")),
                ("waiting", models.BooleanField(default=False, verbose_name="đang chờ người nộp")),
                ("done_at", models.DateTimeField(null=True, verbose_name="xong lúc")),
                ("done_by", models.CharField(blank=True, max_length=80, verbose_name="người làm")),
                ("done_by_name", models.CharField(blank=True, max_length=200, verbose_name="tên người làm")),
                ("outcome", models.CharField(blank=True, max_length=60, verbose_name="kết quả bước")),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="cases.case",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                        verbose_name="đơn vị",
                    ),
                ),
            ],
            options={
                "verbose_name": "bước giải quyết",
                "verbose_name_plural": "bước giải quyết","constraints": [models.UniqueConstraint(fields=("case", "number"), name="cases_task_number"), models.UniqueConstraint(
                condition=models.Q(("done_at", None)), fields=("case", "key"), name="cases_one_open_step"
            )],"indexes": [models.Index(
                condition=models.Q(("done_at", None)), fields=["unit", "right", "due_at"], name="cases_inbox"
            ), models.Index(condition=models.Q(("done_at", None)), fields=["holder", "due_at"], name="cases_mine"), models.Index(fields=["done_by", "-done_at"], name="cases_done_by")],
            },
        ),
        
        
        migrations.AddField(
            model_name="caseprocess",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bpmn.processversion"
            ),
        ),
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        
        migrations.AddIndex(
            model_name="caseprocess",
            index=models.Index(fields=["version"], name="cases_by_version"),
        ),
    ]
