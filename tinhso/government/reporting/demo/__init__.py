"""Plausible returns for a demo province: every data set, every unit, every period, from one seed, labelled as demo."""

from tinhso.government.reporting.demo.loading import generate, load, write_workbooks

__all__ = ["generate", "load", "write_workbooks"]
