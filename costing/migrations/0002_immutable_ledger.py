"""The ledger cannot be changed: PostgreSQL itself refuses, whoever asks.

Charges, statements and kept files are written once; a closed month takes no further charge. The trigger reads the
month's state FOR SHARE: a plain SELECT would let a charge slip into a month that is closing at that moment.
"""

from __future__ import annotations

from django.db import migrations

WRITTEN_ONCE = (
    "costing_chargeset",
    "costing_charge",
    "costing_statement",
    "costing_statementline",
    "costing_periodfile",
)

FUNCTIONS = """
CREATE FUNCTION costing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are written once: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION costing_refuse_closed_period() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    period_state text;
BEGIN
    SELECT state INTO period_state FROM costing_accountingperiod WHERE id = NEW.period_id FOR SHARE;
    IF period_state = 'closed' THEN
        RAISE EXCEPTION 'period % is closed: it takes no further charge', NEW.period_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER costing_charge_open_period BEFORE INSERT ON costing_charge
    FOR EACH ROW EXECUTE FUNCTION costing_refuse_closed_period();
"""
TRIGGERS = """
CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION costing_refuse_change();
CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION costing_refuse_change();
"""
WITHOUT_TRIGGERS = """
DROP TRIGGER {table}_written_once ON {table};
DROP TRIGGER {table}_kept ON {table};
"""
WITHOUT_FUNCTIONS = """
DROP TRIGGER costing_charge_open_period ON costing_charge;
DROP FUNCTION costing_refuse_closed_period();
DROP FUNCTION costing_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("costing", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, WITHOUT_FUNCTIONS),
        *[
            migrations.RunSQL(TRIGGERS.format(table=table), WITHOUT_TRIGGERS.format(table=table))
            for table in WRITTEN_ONCE
        ],
    ]
