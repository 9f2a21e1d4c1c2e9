"""Digital society: what people and the authorities of a place do together."""
