"""Field reports: somebody tells what is broken where, who is in charge mends it, and whoever told hears of it."""
