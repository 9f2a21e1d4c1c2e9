"""Writing the files of open data while nobody waits."""

from procrastinate.contrib.django import app

from tinhso.blocks.exchange import services
from tinhso.blocks.exchange.queries import open_data as queries


@app.task(name="exchange.write_open_data", lock="exchange.write_open_data")
def write_open_data(code: str, form: str) -> None:
    """Write one file for the newest publication; one after the other, and none twice."""
    shelf = queries.shelf()
    found = shelf.sets.get(code)
    if found is not None and not queries.file_path(found, form, shelf.number).exists():
        services.write_file(found=found, form=form, shelf=shelf)
