"""One procedure edited on a page, and the decision that ends one. A file that waits was read without the latter."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('public_services', '0008_portal_files'),
    ]

    operations = [
        migrations.RunSQL("DELETE FROM public_services_import WHERE state = 'held'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name='import',
            name='mark',
            field=models.CharField(blank=True, max_length=64, verbose_name='dấu của điều đang được biết'),
        ),
        migrations.AddField(
            model_name='import',
            name='procedure',
            field=models.CharField(blank=True, max_length=40, verbose_name='mã thủ tục'),
        ),
        migrations.AddField(
            model_name='import',
            name='way',
            field=models.CharField(choices=[('file', 'từ tệp'), ('page', 'sửa trên trang'), ('end', 'hết hiệu lực')], default='file', max_length=4, verbose_name='cách nhập'),
        ),
        migrations.AddField(
            model_name='version',
            name='ended_by_agency',
            field=models.CharField(blank=True, max_length=200, verbose_name='cơ quan quyết định hết hiệu lực'),
        ),
        migrations.AddField(
            model_name='version',
            name='ended_by_date',
            field=models.DateField(null=True, verbose_name='ngày quyết định hết hiệu lực'),
        ),
        migrations.AddField(
            model_name='version',
            name='ended_by_number',
            field=models.CharField(blank=True, max_length=60, verbose_name='số quyết định hết hiệu lực'),
        ),
    ]
