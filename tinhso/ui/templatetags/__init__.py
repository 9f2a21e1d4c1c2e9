"""Template libraries; pages write ``{% load vn %}``."""
