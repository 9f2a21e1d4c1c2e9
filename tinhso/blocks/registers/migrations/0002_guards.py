"""What the database works out of a record, keeps of it and refuses: words, order, history that only grows, map counts.

``registers_attach(table, register)`` puts a register's table under this law; each app's own migration calls it.
"""

import unicodedata

from django.db import migrations

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the order of the dictionary
LETTERS = [letter for letter in map(chr, range(0x41, 0x1F00)) if letter.isalpha()]


def plain(letter):
    """The letter without any mark; empty where nothing plain is left."""
    base = {"đ": "d", "Đ": "d"}.get(letter) or unicodedata.normalize("NFD", letter)[0].lower()
    return base if base.isascii() and base.isalpha() else ""


def placed(letter):
    """The letter's place in the alphabet as one character, and its tone as a digit; None for letters of others."""
    parts = unicodedata.normalize("NFD", letter.lower())
    tone = next((n for n, mark in enumerate(TONES, 1) if mark in parts), 0)
    bare = unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES))
    return (chr(65 + ALPHABET.index(bare)), str(tone)) if len(bare) == 1 and bare in ALPHABET else None


FOLDED = [(letter, plain(letter)) for letter in LETTERS if plain(letter) and plain(letter) != letter]
ORDERED = [(letter, *placed(letter)) for letter in LETTERS if placed(letter)]
FOLD_FROM, FOLD_TO = "".join(one for one, _to in FOLDED), "".join(to for _one, to in FOLDED)
ORDER_FROM = "".join(one for one, _place, _tone in ORDERED)
PLACES, MARKS = "".join(place for _one, place, _tone in ORDERED), "".join(tone for _one, _place, tone in ORDERED)

# none of these calls another of ours: a dump is restored without a search path
FOLD = f"translate(normalize(line, NFC), '{FOLD_FROM}', '{FOLD_TO}')"
FUNCTIONS = f"""
CREATE FUNCTION registers_fold(line text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT {FOLD}
$$;
CREATE FUNCTION registers_words(line text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT array_to_tsvector(array_remove(regexp_split_to_array({FOLD}, '[^a-z0-9]+'), ''))
$$;
CREATE FUNCTION registers_key(line text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT btrim(regexp_replace(
        translate(line, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'), '\\s+', ' ', 'g'))
$$;
CREATE FUNCTION registers_order(line text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT translate(CASE WHEN line ~ '[0-9]' THEN regexp_replace(
               regexp_replace(normalize(line, NFC), '([0-9]+)', '0000000\\1', 'g'), '0*([0-9]{{8}})(?![0-9])', '\\1', 'g')
           ELSE normalize(line, NFC) END, '{ORDER_FROM}', '{PLACES}')
           || ' ' || translate(normalize(line, NFC), '{ORDER_FROM}', '{MARKS}')
$$;
"""

HISTORY = """
CREATE FUNCTION registers_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'records, acts and versions are never removed, and history never changes'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'registers_history_stays';
END $$;
CREATE TRIGGER registers_version_stays BEFORE UPDATE OR DELETE ON registers_version
    FOR EACH STATEMENT EXECUTE FUNCTION registers_refuse();
CREATE TRIGGER registers_act_stays BEFORE UPDATE OR DELETE ON registers_act
    FOR EACH STATEMENT EXECUTE FUNCTION registers_refuse();

CREATE FUNCTION registers_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN  -- on its own: an INSERT has no old rows that could be named
        IF EXISTS (SELECT FROM old_rows was JOIN new_rows now USING (id)
                   WHERE now.act_id = was.act_id OR now.ref <> was.ref) THEN
            RAISE EXCEPTION 'a record changes by a new act and keeps its reference'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'registers_change_has_act';
        END IF;
    END IF;
    IF EXISTS (SELECT FROM new_rows now LEFT JOIN registers_act act
                   ON act.id = now.act_id AND act.register = TG_ARGV[0]
                   AND now.valid_from <= (act.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
               WHERE act.id IS NULL) THEN
        RAISE EXCEPTION 'a record needs an act of its register, not before the day since which it holds'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'registers_change_has_act';
    END IF;
    INSERT INTO registers_version (register, ref, valid, at, act_id, data)
    SELECT TG_ARGV[0], now.ref, daterange(now.valid_from, NULL), act.at, now.act_id,
           to_jsonb(now) - '{id,ref,words,facets,key,name_key,act_id,valid_from}'::text[]
    FROM new_rows now JOIN registers_act act ON act.id = now.act_id;
    RETURN NULL;
END $$;
"""

# an UPDATE sees both sides; an INSERT only the new one
LIVING = "WHERE NOT removed AND ended_on IS NULL AND longitude IS NOT NULL"
COUNT = """
CREATE FUNCTION registers_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO registers_cell AS kept (register, size, x, y, count)
    SELECT TG_ARGV[0], size, floor(longitude * size), floor(latitude * size), sum(n)
    FROM ({sides}) lying CROSS JOIN (VALUES (20), (80), (320)) sizes(size)
    GROUP BY 2, 3, 4 HAVING sum(n) <> 0 ORDER BY 2, 3, 4
    ON CONFLICT (register, size, x, y) DO UPDATE SET count = kept.count + excluded.count;
    RETURN NULL;
END $$;
"""
NEW, OLD = (f"SELECT longitude, latitude, {n} AS n FROM {side} {LIVING}" for side, n in (("new_rows", 1), ("old_rows", -1)))

ATTACH = """
CREATE FUNCTION registers_attach(home text, register text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
                    FOR EACH STATEMENT EXECUTE FUNCTION registers_keep(%L)', home || '_kept', home, register);
    EXECUTE format('CREATE TRIGGER %I AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
                    FOR EACH STATEMENT EXECUTE FUNCTION registers_keep(%L)', home || '_kept_anew', home, register);
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
                    FOR EACH STATEMENT EXECUTE FUNCTION registers_count_new(%L)', home || '_lies', home, register);
    EXECUTE format('CREATE TRIGGER %I AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
                    FOR EACH STATEMENT EXECUTE FUNCTION registers_count_moved(%L)', home || '_lies_anew', home, register);
    EXECUTE format('CREATE TRIGGER %I BEFORE DELETE ON %I
                    FOR EACH STATEMENT EXECUTE FUNCTION registers_refuse()', home || '_stays', home);
END $$;
"""
SQL = (
    FUNCTIONS
    + HISTORY
    + COUNT.format(name="count_new", sides=NEW)
    + COUNT.format(name="count_moved", sides=f"{NEW} UNION ALL {OLD}")
    + ATTACH
)


class Migration(migrations.Migration):

    dependencies = [("registers", "0001_initial")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
