"""Processes as BPMN 2.0 draws them: read, checked, published in versions that never change, run, and shown."""
