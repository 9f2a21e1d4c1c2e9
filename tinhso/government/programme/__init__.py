"""The steering programme: resolutions and their targets, tasks, directives, and the digital transformation index."""
