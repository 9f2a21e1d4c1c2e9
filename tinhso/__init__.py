"""Tỉnh số: software on which a Vietnamese province runs its digital government, economy and society."""
