"""Other projects put together from the same parts, beside Townline."""
