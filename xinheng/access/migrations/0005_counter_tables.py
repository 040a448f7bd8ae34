"""Accounts of subjects, whom they are bound to, and who stood at the window (账号、绑定、到场登记)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_signer"),
        ("subjects", "0003_proof"),
    ]

    operations = [
        migrations.CreateModel(
            name="Binding",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("self", "本人"),
                            ("legal_representative", "法定代表人（负责人）"),
                            ("agent", "代理人"),
                        ]
                    ),
                ),
                ("mandate_from", models.DateField(null=True)),
                ("mandate_until", models.DateField(null=True)),
                ("how", models.TextField(choices=[("claim", "统一身份认证"), ("window", "窗口核验")])),
                ("bound_at", models.DateTimeField()),
                ("bound_by", models.UUIDField(null=True)),
                (
                    "evidence",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("resident_card", "居民身份证"),
                            ("passport", "护照或者其他有效证件"),
                            ("licence", "营业执照或者登记证书，及本人证件"),
                            ("mandate", "授权委托书，及本人证件"),
                        ],
                        default="",
                    ),
                ),
                ("evidence_sha256", models.BinaryField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_why",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("given_up", "本人解除"),
                            ("no_longer_claimed", "统一身份认证不再证明"),
                            ("at_window", "窗口凭材料解除"),
                            ("renewed", "另行绑定"),
                        ],
                        default="",
                    ),
                ),
                ("ended_by", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CounterAccount",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("login", models.BinaryField(null=True, unique=True)),
                ("person", models.BinaryField(null=True, unique=True)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PresentPerson",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("officer", models.UUIDField()),
                (
                    "evidence",
                    models.TextField(
                        choices=[
                            ("resident_card", "居民身份证"),
                            ("passport", "护照或者其他有效证件"),
                            ("licence", "营业执照或者登记证书，及本人证件"),
                            ("mandate", "授权委托书，及本人证件"),
                        ]
                    ),
                ),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="binding",
            name="agency",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="access.agency"
            ),
        ),
        migrations.AddField(
            model_name="binding",
            name="subject",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="subjects.subject"),
        ),
        migrations.AddField(
            model_name="binding",
            name="account",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.counteraccount"),
        ),
        migrations.AddField(
            model_name="presentperson",
            name="account",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.counteraccount"),
        ),
        migrations.AddField(
            model_name="presentperson",
            name="agency",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.agency"),
        ),
        migrations.AddField(
            model_name="presentperson",
            name="binding",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.binding"),
        ),
        migrations.AddConstraint(
            model_name="binding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "agent"),
                        ("mandate_from__isnull", False),
                        ("mandate_until__gte", models.F("mandate_from")),
                    ),
                    models.Q(
                        models.Q(("kind", "agent"), _negated=True),
                        ("mandate_from", None),
                        ("mandate_until", None),
                    ),
                    _connector="OR",
                ),
                name="binding_agent_has_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="binding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("agency__isnull", False),
                        ("bound_by__isnull", False),
                        ("evidence_sha256__isnull", False),
                        ("how", "window"),
                        models.Q(("evidence", ""), _negated=True),
                    ),
                    models.Q(
                        ("agency", None),
                        ("bound_by", None),
                        ("evidence", ""),
                        ("evidence_sha256", None),
                        ("how", "claim"),
                    ),
                    _connector="OR",
                ),
                name="binding_rests_on_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="binding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", None), ("ended_why", "")),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        models.Q(("ended_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="binding_ends_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="binding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("account", "subject"), name="binding_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="presentperson",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("at"))), name="present_for_a_while"
            ),
        ),
    ]
