"""What the benches found: how it is shown, kept and drawn, and what processes used meanwhile."""
