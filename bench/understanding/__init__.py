"""Whether intents, values and danger are understood, typed and spoken."""
