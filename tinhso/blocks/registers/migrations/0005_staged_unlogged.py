"""Rows of files wait outside of the write-ahead log: after a crash they are gone, and the file is handed in again.

They are a copy of a file that somebody still has, written once and read once; the log of them was as long as they are.
"""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("registers", "0004_quick_letters")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE registers_staged SET UNLOGGED", "ALTER TABLE registers_staged SET LOGGED"
        )
    ]
