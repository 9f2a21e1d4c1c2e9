"""What people of the operations centre keep there: views they saved, and notes on the course of an indicator."""

from tinhso.ioc.models.views import Annotation, SavedView

__all__ = ["Annotation", "SavedView"]
