"""Writing many rows at once by PostgreSQL's COPY: what loads years of records, from another system or for a demo."""
