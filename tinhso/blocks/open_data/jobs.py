"""Writing the files of open data while nobody waits."""

from procrastinate.contrib.django import app

from tinhso.blocks.open_data import services
from tinhso.blocks.open_data.queries import datasets as queries
from tinhso.blocks.open_data.services import records
from tinhso.kernel import clock


@app.task(name="open_data.write_dataset", lock="open_data.write_dataset")
def write_dataset(code: str, form: str) -> None:
    """Write one file for the newest publication; one after the other, and none twice."""
    shelf = queries.open_data_shelf()
    open_set = shelf.sets.get(code)
    if open_set is not None and not queries.file_path(open_set, form, shelf.number).exists():
        services.write_file(found=open_set, form=form, shelf=shelf)


@app.periodic(cron="40 18 * * *")  # 01:40 in Việt Nam
@app.task(name="open_data.write_records", queueing_lock="open_data.write_records")
def write_records(timestamp: int) -> None:
    """Write the records that apps let everybody have, as they are today."""
    records.write_all(day=clock.today())
