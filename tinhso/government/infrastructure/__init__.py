"""Digital infrastructure: rooms, servers, services and lines, what depends on what, announced outages, live checks."""
