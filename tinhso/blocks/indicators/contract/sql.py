"""Words of SQL that facts have in common: the province's month of a moment, how firm a month is, hours between two."""

ZONE = "Asia/Ho_Chi_Minh"  # the one zone of the country; the same as Django's TIME_ZONE
MONTH = f"to_char({{}} AT TIME ZONE '{ZONE}', 'YYYY-MM')"  # of a moment
FIRM = f"CASE WHEN {{0}} = {MONTH.format('now()')} THEN 2 ELSE 3 END"  # of a month: preliminary while it lasts
HOURS = "round(extract(epoch FROM {} - {}) / 3600)"  # from the second moment to the first
