"""How other programs tell and follow reports: Open311 GeoReport v2."""
