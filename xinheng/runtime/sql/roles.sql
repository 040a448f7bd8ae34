-- Database roles (数据库角色): run once per server by somebody who may create roles; may be run again.
-- xinheng_owner owns the tables and runs migrations. xinheng_app is the login of the web and the worker and
-- owns nothing; it takes a narrower role with SET LOCAL ROLE for bulk work, and never inherits it unasked.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY[
        'xinheng_owner', 'xinheng_app', 'xinheng_intake', 'xinheng_sequencer', 'xinheng_projector',
        'xinheng_deliverer', 'xinheng_auditor', 'xinheng_backup'
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- another process was quicker
            END;
        END IF;
    END LOOP;
END
$$;

-- LOGIN of the others is given on the day somebody uses them, with a password of the site's own. The
-- sequencer, and whoever backs up and verifies, are apart from the application: it cannot become them.
ALTER ROLE xinheng_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
ALTER ROLE xinheng_app LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
ALTER ROLE xinheng_sequencer LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
ALTER ROLE xinheng_backup LOGIN NOSUPERUSER BYPASSRLS;
GRANT pg_read_all_data TO xinheng_backup;
GRANT xinheng_intake, xinheng_projector TO xinheng_app;
