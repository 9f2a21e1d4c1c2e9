"""Support programmes: people are given something once, within a budget, with proof."""
