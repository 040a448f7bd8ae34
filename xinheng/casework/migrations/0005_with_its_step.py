"""What a case holds is written with the step that it belongs to, and neither before nor after (随步骤写入).

Who writes to these tables past the services could else date a notice back, answer an objection without a reply, or add
a document that the party was never told of.
"""

from django.db import migrations

SAFE = "SET search_path = pg_catalog, public, pg_temp AS $fn$"

# A draft, its documents and what the body above said are there before the step that draws it, and stay as they are.
DRAFTS = rf"""
CREATE FUNCTION casework_with_its_draft() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    drawn casework_draft;
BEGIN
    IF TG_TABLE_NAME = 'casework_draft' THEN
        drawn := NEW;
    ELSE
        SELECT * INTO drawn FROM casework_draft d WHERE d.id = NEW.draft_id;
    END IF;
    IF EXISTS (SELECT FROM casework_casestep s WHERE s.case_id = drawn.case_id AND s.version >= drawn.version) THEN
        RAISE EXCEPTION 'what a draft rests on comes with the draft' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER with_its_draft BEFORE INSERT ON casework_draft
    FOR EACH ROW EXECUTE FUNCTION casework_with_its_draft();
CREATE TRIGGER with_its_draft BEFORE INSERT ON casework_ground
    FOR EACH ROW EXECUTE FUNCTION casework_with_its_draft();
CREATE TRIGGER with_its_draft BEFORE INSERT ON casework_consent
    FOR EACH ROW EXECUTE FUNCTION casework_with_its_draft();
"""

# A paper is a document that was issued by who takes the step, on that day, about that party.
PAPERS = rf"""
CREATE FUNCTION casework_paper_of_step() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM casework_casestep s JOIN casework_case c ON c.id = s.case_id
                   JOIN casework_step k ON k.step = s.step JOIN documents_issueddocument d ON d.id = NEW.document
                   WHERE s.id = NEW.step_id AND c.id = NEW.case_id AND s.seq = c.revision + 1
                     AND (s.version, s.day, k.document, c.subject_id)
                       = (NEW.version, NEW.issued_on, NEW.kind, NEW.party)
                     AND (d.number, d.kind, d.subject, d.agency, d.issued_by, d.issued_at)
                       = (NEW.number, NEW.kind, NEW.party, c.agency_id, s.actor, s.at)
                     AND (NEW.kind <> 'prior_notice'
                          OR coalesce(NEW.window >= coalesce(casework_window_of(c.list), 1), false))) THEN
        RAISE EXCEPTION 'a paper comes with its step' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER paper_of_step BEFORE INSERT ON casework_casepaper
    FOR EACH ROW EXECUTE FUNCTION casework_paper_of_step();
"""

# Service is proved while the case waits for it, of its present paper: not afterwards, and of no other.
SERVED = rf"""
CREATE FUNCTION casework_service_of_paper() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM casework_casepaper p JOIN casework_case c ON c.id = p.case_id
                   WHERE p.id = NEW.paper_id AND p.party = NEW.party AND p.version = c.version
                     AND (p.kind, c.state) IN (('prior_notice', 'notified'), ('listing_decision', 'decided')))
       OR EXISTS (SELECT FROM casework_casepaper p JOIN casework_casestep s ON s.case_id = p.case_id
                  WHERE p.id = NEW.paper_id AND s.at > NEW.at) THEN
        RAISE EXCEPTION 'service is proved when its paper waits for it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER service_of_paper BEFORE INSERT ON casework_service
    FOR EACH ROW EXECUTE FUNCTION casework_service_of_paper();

CREATE FUNCTION casework_objection_begins() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF NEW.replied_on IS NOT NULL OR NEW.heard_on IS NOT NULL OR NEW.reply_sealed IS NOT NULL OR NEW.upheld
       OR NEW.received_on <> (NEW.received_at AT TIME ZONE 'Asia/Shanghai')::date
       OR NOT EXISTS (SELECT FROM casework_case c JOIN casework_way w ON w.source = c.state AND w.step = 'receive'
                      WHERE c.id = NEW.case_id AND c.version = NEW.version) THEN
        RAISE EXCEPTION 'an objection comes in unanswered' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER objection_begins BEFORE INSERT ON casework_objection
    FOR EACH ROW EXECUTE FUNCTION casework_objection_begins();
"""

# Asked past row policies: what another agency's setting hides is there all the same.
WHOLE = rf"""
CREATE FUNCTION casework_body_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
BEGIN
    IF EXISTS (SELECT FROM casework_case c WHERE c.agency_id = NEW.id
               AND c.state NOT IN ('removed', 'not_listed', 'withdrawn')) THEN
        RAISE EXCEPTION 'level and trades of a body stay while it has cases under way'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER body_stays BEFORE UPDATE ON access_agency FOR EACH ROW
    WHEN ((OLD.level, OLD.domains) IS DISTINCT FROM (NEW.level, NEW.domains)) EXECUTE FUNCTION casework_body_stays();

CREATE FUNCTION casework_entry_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
BEGIN
    IF EXISTS (SELECT FROM casework_case c WHERE c.id = NEW.id AND c.state IN ('listed', 'hidden', 'removed')
               AND NOT EXISTS (SELECT FROM registry_listentry e WHERE e."case" = c.id AND e.state = c.state)) THEN
        RAISE EXCEPTION 'the list entry follows its case' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER entry_follows AFTER UPDATE ON casework_case DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION casework_entry_follows();

-- A step is told by the event that it names.
CREATE FUNCTION casework_step_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_event e WHERE (e.id, e.kind, e.at) = (NEW.event, 'case.' || NEW.step, NEW.at)) THEN
        RAISE EXCEPTION 'a step of a case that no event tells' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER step_told AFTER INSERT ON casework_casestep DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION casework_step_told();
REVOKE EXECUTE ON FUNCTION casework_body_stays(), casework_entry_follows(), casework_step_told() FROM PUBLIC;
"""

DROP = """
DROP TRIGGER step_told ON casework_casestep; DROP FUNCTION casework_step_told();
DROP TRIGGER entry_follows ON casework_case; DROP FUNCTION casework_entry_follows();
DROP TRIGGER body_stays ON access_agency; DROP FUNCTION casework_body_stays();
DROP TRIGGER objection_begins ON casework_objection; DROP FUNCTION casework_objection_begins();
DROP TRIGGER service_of_paper ON casework_service; DROP FUNCTION casework_service_of_paper();
DROP TRIGGER paper_of_step ON casework_casepaper; DROP FUNCTION casework_paper_of_step();
DROP TRIGGER with_its_draft ON casework_consent; DROP TRIGGER with_its_draft ON casework_ground;
DROP TRIGGER with_its_draft ON casework_draft; DROP FUNCTION casework_with_its_draft();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0004_watch"),
        ("ledger", "0007_event_of_kind"),
        ("catalog", "0004_watch"),
        # Since then the owner may read the list entries of all agencies.
        ("registry", "0010_measures_guards"),
    ]

    operations = [migrations.RunSQL(DRAFTS + PAPERS + SERVED + WHOLE, DROP)]
