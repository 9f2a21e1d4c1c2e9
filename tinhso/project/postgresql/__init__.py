"""Django's PostgreSQL, with a pool that outlives its server: ``base`` is where Django looks for an engine."""
