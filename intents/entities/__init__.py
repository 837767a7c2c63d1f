"""Typed values as people say them: postcodes, addresses, dates, numbers, names, yes and no."""
