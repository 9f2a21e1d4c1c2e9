"""Both registers keep their history; a tax code has its check digit; what was found, answered and invited stays."""

from django.db import migrations

TABLES = {"firm": "firms", "household": "households"}
ATTACH = "".join(f"SELECT registers_attach('enterprises_{table}', '{code}');\n" for table, code in TABLES.items())
WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def tax_code(column):
    """The same rule as ``contract.is_tax_code``."""
    total = " + ".join(f"{weight} * substr({column}, {at}, 1)::int" for at, weight in enumerate(WEIGHTS, 1))
    return f"""CASE WHEN {column} ~ '^[0-9]{{10}}([0-9]{{3}})?$' AND substr({column}, 3, 7) <> '0000000'
        AND substr({column}, 11) <> '000'
        THEN 10 - ({total}) % 11 = substr({column}, 10, 1)::int ELSE false END"""


CODES = f"""
ALTER TABLE enterprises_firm ADD CONSTRAINT enterprises_firm_tax_code CHECK (
    {tax_code("code")} AND (length(code) = 13) = (kind = 'branch'));
ALTER TABLE enterprises_household ADD CONSTRAINT enterprises_household_tax_code CHECK (
    tax_code = '' OR tax_code ~ '^[0-9]{{12}}$' OR {tax_code("tax_code")});
"""
STAYS = """
CREATE FUNCTION enterprises_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - TG_ARGV[0]) IS DISTINCT FROM (to_jsonb(OLD) - TG_ARGV[0]) THEN
        RAISE EXCEPTION 'what was found, answered or invited stays as it was'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'enterprises_stays';
    END IF;
    RETURN NEW;
END $$;
"""
GUARDS = "".join(
    f"CREATE TRIGGER enterprises_stays BEFORE UPDATE OR DELETE ON enterprises_{table}"
    f" FOR EACH ROW EXECUTE FUNCTION enterprises_stays('{may_change}');\n"
    for table, may_change in {"sitecheck": "-", "assessment": "firm", "invitation": "ended_at"}.items()
)


class Migration(migrations.Migration):

    dependencies = [("enterprises", "0001_initial"), ("registers", "0003_large_files")]

    operations = [migrations.RunSQL(ATTACH + CODES + STAYS + GUARDS, migrations.RunSQL.noop)]
