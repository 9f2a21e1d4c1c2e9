"""Plain Python that every floor may use: actors, time, words, refusals. Knows nothing of Django."""
