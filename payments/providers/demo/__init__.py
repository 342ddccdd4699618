"""The demo provider: a simulated bank where no money moves.

It keeps its own records (`DemoCharge`), which the rest of `payments` never reads, has its own pay
page, and reports outcomes by signed webhooks, as a real provider would.
"""
