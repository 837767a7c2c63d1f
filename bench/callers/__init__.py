"""Who calls: what they say, in which voices, and what a telephone line makes of it."""
