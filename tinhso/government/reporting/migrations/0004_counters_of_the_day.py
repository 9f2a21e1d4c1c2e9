from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reporting", "0003_sealed_values")]

    operations = [
        migrations.AddIndex(
            model_name="return", index=models.Index(fields=["published_at"], name="reporting_published_at")
        ),
        migrations.AddIndex(
            model_name="return",
            index=models.Index(
                condition=models.Q(("state", "published"), _negated=True), fields=["state"], name="reporting_open"
            ),
        ),
    ]
