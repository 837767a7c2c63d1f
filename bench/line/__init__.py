"""Callers on the line itself, in this process and in real time: what they wait for."""
