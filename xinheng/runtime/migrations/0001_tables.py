"""The tables of runtime."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('pk', models.CompositePrimaryKey('actor', 'key', blank=True, editable=False, primary_key=True, serialize=False)),
                ('actor', models.UUIDField()),
                ('key', models.TextField()),
                ('body_sha256', models.BinaryField()),
                ('answer', models.JSONField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('kind', models.TextField()),
                ('args', models.JSONField(default=dict)),
                ('state', models.TextField(choices=[('queued', '排队中'), ('running', '办理中'), ('done', '已完成'), ('fault', '有问题'), ('cancelled', '已取消')], default='queued')),
                ('stage', models.TextField(blank=True, default='')),
                ('done', models.BigIntegerField(default=0)),
                ('total', models.BigIntegerField(default=0)),
                ('result', models.JSONField(null=True)),
                ('fault', models.JSONField(null=True)),
                ('owner', models.UUIDField()),
                ('agency', models.UUIDField()),
                ('attempts', models.SmallIntegerField(default=0)),
                ('worker', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('heartbeat_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['created_at'], name='job_open')],
            },
        ),
    ]
