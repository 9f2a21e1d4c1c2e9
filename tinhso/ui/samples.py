"""Sample figures of the style guide: invented, and labelled so by the demo banner."""

SAMPLES: dict[str, object] = {}
