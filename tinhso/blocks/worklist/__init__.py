"""One worklist over all systems: what waits for whoever is logged in, late first, and the systems they pinned."""
