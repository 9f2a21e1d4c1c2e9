"""The indicator engine beside the floor and beside what people would use instead, at three sizes, in one run."""
