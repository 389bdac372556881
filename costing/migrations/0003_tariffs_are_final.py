"""A tariff is written once: what was quoted and charged by it stays explained. A new price is a new row."""

from __future__ import annotations

from django.db import migrations

FORBID = """
CREATE FUNCTION costing_tariff_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a tariff is never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER costing_tariff_is_final BEFORE UPDATE ON costing_tariff
    FOR EACH ROW EXECUTE FUNCTION costing_tariff_is_final();
"""
ALLOW = """
DROP TRIGGER costing_tariff_is_final ON costing_tariff;
DROP FUNCTION costing_tariff_is_final();
"""


class Migration(migrations.Migration):
    """The trigger alone; tables are untouched."""

    dependencies = [("costing", "0002_immutable_ledger")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
