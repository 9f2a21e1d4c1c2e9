"""Digital economy (kinh tế số): networks and posts that carry it, firms and households that live by it."""
