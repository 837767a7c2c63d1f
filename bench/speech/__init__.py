"""Hearing, speaking and the ends of turns, each by itself: nobody calls."""
