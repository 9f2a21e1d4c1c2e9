"""Electronic forms: one JSON Schema document a version, drawn as accessible HTML, checked alike on both sides."""
