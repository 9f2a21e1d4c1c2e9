"""Writing the files of open data while nobody waits."""

from procrastinate.contrib.django import app

from tinhso.blocks.exchange import services
from tinhso.blocks.exchange.queries import open_data as queries
from tinhso.blocks.exchange.services import extracts, records
from tinhso.kernel import clock


@app.task(name="exchange.write_open_data", lock="exchange.write_open_data")
def write_open_data(code: str, form: str) -> None:
    """Write one file for the newest publication; one after the other, and none twice."""
    shelf = queries.shelf()
    found = shelf.sets.get(code)
    if found is not None and not queries.file_path(found, form, shelf.number).exists():
        services.write_file(found=found, form=form, shelf=shelf)


@app.task(name="exchange.write_extract", lock="exchange.write_extract")
def write_extract(flow: str, form: str, language: str) -> None:
    """Write one whole dataflow that somebody began to take and did not stay for."""
    extracts.write_extract(flow=flow, form=form, language=language)


@app.periodic(cron="40 18 * * *")  # 01:40 in Việt Nam
@app.task(name="exchange.write_records", queueing_lock="exchange.write_records")
def write_records(timestamp: int) -> None:
    """Write the records that apps let everybody have, as they are today."""
    records.write_all(day=clock.today())
