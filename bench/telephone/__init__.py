"""Callers on the telephone, through the real livekit-server: many of them, for long, and with faults."""
