from django.db import migrations, models


class Migration(migrations.Migration):
    """The order of lists is an index as it stands: many dossiers of one moment need no sorting."""

    dependencies = [("cases", "0010_turns_are_counted_elsewhere")]

    operations = [
        migrations.RemoveIndex("case", "cases_submitted"),
        migrations.AddIndex("case", models.Index(fields=["submitted_at", "id"], name="cases_newest")),
    ]
