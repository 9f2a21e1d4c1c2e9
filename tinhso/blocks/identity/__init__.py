"""Identity: people, the posts officials hold at units for a period, and the rights that follow."""
