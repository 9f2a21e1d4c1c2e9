"""The three registers keep their history."""

from django.db import migrations

TABLES = {"operator": "operators", "station": "stations", "post": "posts"}
ATTACH = "".join(f"SELECT registers_attach('connectivity_{table}', '{code}');\n" for table, code in TABLES.items())


class Migration(migrations.Migration):

    dependencies = [("connectivity", "0001_initial"), ("registers", "0003_large_files")]

    operations = [migrations.RunSQL(ATTACH, migrations.RunSQL.noop)]
