"""Files of open data, and the note of who took them."""

from tinhso.blocks.open_data.services.datasets import file_of, write_file

__all__ = ["file_of", "write_file"]
