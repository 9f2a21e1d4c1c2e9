"""Public services: the catalogue of administrative procedures, in versions that the law put into force."""
