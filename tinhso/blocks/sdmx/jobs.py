"""Writing extracts while nobody waits."""

from procrastinate.contrib.django import app

from tinhso.blocks.sdmx.services import extracts


@app.task(name="sdmx.write_extract", lock="sdmx.write_extract")
def write_extract(flow: str, form: str, language: str) -> None:
    """Write one whole dataflow that somebody began to take and did not stay for."""
    extracts.write_extract(flow=flow, form=form, language=language)
