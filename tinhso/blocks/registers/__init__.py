"""Registers that apps declare: lists, maps, history in two times, files in and out, OGC API and open data for each."""
