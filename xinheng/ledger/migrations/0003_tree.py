"""MAC of an event, the queue before the tree, and the tree itself: entries, tiles, checkpoints (台账树)."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from xinheng.runtime.sql import append_only, grant

TILE_ONLY_GROWS = r"""
CREATE FUNCTION ledger_tile_only_grows() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.level, NEW.number) <> (OLD.level, OLD.number)
       OR octet_length(NEW.hashes) < octet_length(OLD.hashes)
       -- Levels above the leaves hold hashes of whole tiles only, so what stands never changes.
       OR substring(NEW.hashes FROM 1 FOR octet_length(OLD.hashes)) <> OLD.hashes THEN
        RAISE EXCEPTION 'a tile only grows' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER tile_only_grows BEFORE UPDATE OR DELETE ON ledger_tile
    FOR EACH ROW EXECUTE FUNCTION ledger_tile_only_grows();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_guards"), ("runtime", "0002_functions")]

    operations = [
        migrations.AddField("event", "mac", models.BinaryField(default=b""), preserve_default=False),
        migrations.CreateModel(
            name="Queued",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="ledger.event",
                    ),
                ),
                (
                    "queued_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True),
                ),
            ],
            options={"db_table": "ledger_queue"},
        ),
        migrations.CreateModel(
            name="Refused",
            fields=[
                ("event", models.UUIDField(primary_key=True, serialize=False)),
                ("found_at", models.DateTimeField()),
                ("why", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "event",
                    models.OneToOneField(
                        db_constraint=False, on_delete=django.db.models.deletion.PROTECT, to="ledger.event"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Tile",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "level", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("level", models.SmallIntegerField()),
                ("number", models.BigIntegerField()),
                ("hashes", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("note", models.TextField()),
                ("signed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "checkpoint", "witness", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("witness", models.TextField()),
                ("line", models.TextField()),
                ("received_at", models.DateTimeField()),
                (
                    "checkpoint",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="ledger.checkpoint"),
                ),
            ],
        ),
        migrations.RunSQL(TILE_ONLY_GROWS, "DROP FUNCTION ledger_tile_only_grows() CASCADE"),
        # Leaves are made of events alone: the sequencer has no business with what they tell.
        migrations.RunSQL(
            "REVOKE SELECT ON ledger_eventpayload FROM xinheng_sequencer", migrations.RunSQL.noop
        ),
        append_only("ledger_entry", "ledger_checkpoint", "ledger_cosignature", "ledger_refused"),
        grant("ledger_queue", app="select, insert", sequencer="select, delete", auditor="select"),
        grant("ledger_tile", app="select", sequencer="select, insert, update", auditor="select"),
        grant(
            ("ledger_refused", "ledger_entry", "ledger_checkpoint", "ledger_cosignature"),
            app="select",
            sequencer="select, insert",
            auditor="select",
        ),
    ]
