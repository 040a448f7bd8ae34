"""Contact points, repair procedures, complaints and their steps (修复名录、修复办法、举报)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0008_own_file'),
    ]

    operations = [
        migrations.CreateModel(
            name='Complaint',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('number', models.TextField(unique=True)),
                ('once', models.UUIDField(unique=True)),
                ('category', models.TextField()),
                ('state', models.TextField(choices=[('received', '待受理'), ('taken', '办理中'), ('answered', '已答复')])),
                ('revision', models.IntegerField()),
                ('received_at', models.DateTimeField()),
                ('taken_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('outcome', models.TextField(blank=True, default='')),
                ('sealed', models.BinaryField()),
                ('sealed_commitment', models.BinaryField()),
                ('file_sha256', models.BinaryField(null=True)),
                ('file_media', models.TextField(blank=True, default='')),
                ('about', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.agency')),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.agency')),
            ],
        ),
        migrations.CreateModel(
            name='ComplaintStep',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('seq', models.IntegerField()),
                ('step', models.TextField()),
                ('done_by', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField(null=True)),
                ('sealed_commitment', models.BinaryField(null=True)),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.agency')),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='oversight.complaint')),
                ('referred_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.agency')),
            ],
        ),
        migrations.CreateModel(
            name='ContactPoint',
            fields=[
                ('published_by', models.UUIDField()),
                ('published_at', models.DateTimeField()),
                ('ended_by', models.UUIDField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('kind', models.TextField(choices=[('county', '县区和园区'), ('agency', '部门'), ('site', '平台和网站')])),
                ('place', models.TextField(blank=True, default='')),
                ('window', models.TextField(blank=True, default='')),
                ('person', models.TextField(blank=True, default='')),
                ('address', models.TextField(blank=True, default='')),
                ('phone', models.TextField(blank=True, default='')),
                ('hours', models.TextField(blank=True, default='')),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='access.agency')),
            ],
        ),
        migrations.CreateModel(
            name='RepairProcedure',
            fields=[
                ('published_by', models.UUIDField()),
                ('published_at', models.DateTimeField()),
                ('ended_by', models.UUIDField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('item', models.TextField()),
                ('manners', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('note', models.TextField(blank=True, default='')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='access.agency')),
            ],
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(fields=['agency', 'state', 'received_at'], name='complaint_of_agency'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(('about', None), ('agency', None), models.Q(('agency', models.F('about')), _negated=True), _connector='OR'), name='complaint_never_to_whom_it_is_about'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('outcome', ''), ('state', 'received'), ('taken_at', None)), models.Q(('agency__isnull', False), ('answered_at', None), ('outcome', ''), ('state', 'taken'), ('taken_at__isnull', False)), models.Q(('agency__isnull', False), ('answered_at__isnull', False), ('state', 'answered'), ('taken_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='complaint_state_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('file_media', ''), ('file_sha256', None)), models.Q(('file_sha256__isnull', False), models.Q(('file_media', ''), _negated=True)), _connector='OR'), name='complaint_file_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='complaintstep',
            constraint=models.UniqueConstraint(fields=('complaint', 'seq'), name='complaint_step_in_order'),
        ),
        migrations.AddConstraint(
            model_name='contactpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agency__isnull', False), ('kind', 'agency'), ('place', '')), models.Q(('agency', None), ('kind__in', ['county', 'site']), models.Q(('place', ''), _negated=True)), _connector='OR'), name='contact_of_one_place'),
        ),
        migrations.AddConstraint(
            model_name='contactpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('window', ''), _negated=True), models.Q(('person', ''), _negated=True), _connector='OR'), models.Q(models.Q(('phone', ''), _negated=True), models.Q(('address', ''), _negated=True), _connector='OR')), name='contact_can_be_reached'),
        ),
        migrations.AddConstraint(
            model_name='repairprocedure',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('agency', 'item'), name='procedure_once_of_an_item'),
        ),
        migrations.AddConstraint(
            model_name='repairprocedure',
            constraint=models.CheckConstraint(condition=models.Q(('manners__len__gt', 0)), name='procedure_has_a_way'),
        ),
    ]
