"""A register as the province's figures say it was, with what became of it since; all of it marked as illustrative."""

from tinhso.government.certificates.demo.loading import load_demo

__all__ = ["load_demo"]
