"""What every page is made of: base templates, components, Vietnamese numbers and dates, small drawings; no tables."""
