"""Operations centre: the wall, domains, indicators and units, for leaders on any screen."""
