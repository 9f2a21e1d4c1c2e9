"""Open data: what everybody may have as files, a catalogue for programs (DCAT-AP), and feeds of what changed."""
