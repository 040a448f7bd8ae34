"""Lists for whose subjects certificates are issued at once (批量出具)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('no', models.TextField(unique=True)),
                ('file_name', models.TextField()),
                ('file_sha256', models.BinaryField()),
                ('file_size', models.BigIntegerField()),
                ('asked', models.JSONField()),
                ('rows', models.IntegerField()),
                ('job', models.UUIDField(null=True)),
                ('created_by', models.UUIDField()),
                ('created_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='access.agency')),
            ],
        ),
        migrations.CreateModel(
            name='RunRow',
            fields=[
                ('pk', models.CompositePrimaryKey('run', 'row', blank=True, editable=False, primary_key=True, serialize=False)),
                ('row', models.IntegerField()),
                ('document', models.UUIDField(null=True)),
                ('code', models.TextField(blank=True, default='')),
                ('values', models.JSONField(default=dict)),
                ('column', models.TextField(blank=True, default='')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='reports.run')),
            ],
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['agency', '-created_at'], name='run_of_agency'),
        ),
        migrations.AddConstraint(
            model_name='runrow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code', ''), ('document__isnull', False)), models.Q(('document', None), models.Q(('code', ''), _negated=True)), _connector='OR'), name='run_row_is_issued_or_refused'),
        ),
    ]
