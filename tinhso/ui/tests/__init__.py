"""Tests of the base templates and tags; none of them needs a database."""
