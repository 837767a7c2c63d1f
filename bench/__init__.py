"""What the line can do, measured.

A room uses those to its right: telephone, peers, speech → line, understanding → callers → figures.
"""
