"""Plausible returns for a demo province: every data set, every unit, every period, from one seed, labelled as demo."""

from tinhso.government.reporting.demo.loading import generate_returns, load_demo, write_workbooks

__all__ = ["generate_returns", "load_demo", "write_workbooks"]
