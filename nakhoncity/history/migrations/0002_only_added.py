"""Rows of the history are added, never changed.

PostgreSQL refuses UPDATE and DELETE of changes, UPDATE of looks, and DELETE of looks younger than 90 days. SQLite
refuses UPDATE only: Django empties tables between tests by DELETE there. A later migration that alters one of these
tables on SQLite makes it anew and has to make its trigger again; a test sees whether they are there.
"""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION history_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER history_change_only_added BEFORE UPDATE OR DELETE ON history_change
    FOR EACH ROW EXECUTE FUNCTION history_refuse();
CREATE TRIGGER history_accessentry_never_changed BEFORE UPDATE ON history_accessentry
    FOR EACH ROW EXECUTE FUNCTION history_refuse();
CREATE TRIGGER history_accessentry_kept BEFORE DELETE ON history_accessentry
    FOR EACH ROW WHEN (OLD.at > now() - interval '90 days') EXECUTE FUNCTION history_refuse();
"""
POSTGRESQL_BACK = """
DROP TRIGGER history_change_only_added ON history_change;
DROP TRIGGER history_accessentry_never_changed ON history_accessentry;
DROP TRIGGER history_accessentry_kept ON history_accessentry;
DROP FUNCTION history_refuse();
"""
SQLITE = [
    f"CREATE TRIGGER {table}_never_changed BEFORE UPDATE ON {table} "
    f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only added'); END"
    for table in ("history_change", "history_accessentry")
]
SQLITE_BACK = [f"DROP TRIGGER {table}_never_changed" for table in ("history_change", "history_accessentry")]


def guard(apps, schema_editor):
    for sql in [POSTGRESQL] if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(sql, params=None)


def unguard(apps, schema_editor):
    for sql in [POSTGRESQL_BACK] if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK:
        schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("history", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
