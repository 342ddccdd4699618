"""The demo provider: a bank of its own, next door, where no money moves.

It keeps its own books (`DemoCharge`), which the rest of this room never reads, has a pay page of
its own, and tells us of outcomes in signed notices, as a real provider would.
"""
