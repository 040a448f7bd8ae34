"""Issued documents, their numbers, what may be confirmed (已出具的文书)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('pk', models.CompositePrimaryKey('place', 'since', blank=True, editable=False, primary_key=True, serialize=False)),
                ('place', models.BinaryField()),
                ('since', models.DateTimeField()),
                ('count', models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('number', models.TextField(unique=True)),
                ('kind', models.TextField()),
                ('issued_on', models.DateField()),
                ('code_sha256', models.BinaryField(unique=True)),
                ('pdf_sha256', models.BinaryField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='NumberRegister',
            fields=[
                ('pk', models.CompositePrimaryKey('kind', 'year', blank=True, editable=False, primary_key=True, serialize=False)),
                ('kind', models.TextField()),
                ('year', models.IntegerField()),
                ('last', models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='IssuedDocument',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('number', models.TextField(unique=True)),
                ('kind', models.TextField()),
                ('subject', models.UUIDField()),
                ('party', models.TextField(blank=True, default='')),
                ('audience', models.TextField()),
                ('request', models.TextField(null=True, unique=True)),
                ('event', models.UUIDField(unique=True)),
                ('template', models.TextField()),
                ('template_sha256', models.BinaryField()),
                ('fonts_sha256', models.BinaryField()),
                ('typst', models.TextField()),
                ('body_sealed', models.BinaryField()),
                ('body_sha256', models.BinaryField()),
                ('pdf_sha256', models.BinaryField()),
                ('pdf_size', models.IntegerField()),
                ('agency', models.UUIDField()),
                ('issued_by', models.UUIDField()),
                ('issued_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['-issued_at', '-id'], name='document_newest'), models.Index(fields=['subject', '-issued_at'], name='document_of_subject')],
            },
        ),
    ]
