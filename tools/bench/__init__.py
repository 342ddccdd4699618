"""Measuring the sale on this machine: `make bench`.

Everything runs on servers of its own, in a temporary folder, with fsync on; it talks to loopback
only, is bounded in time, and cleans up. Each figure is the median of several rounds, and every
speed is also given as a ratio to the hand-written SQL of the same run: machines are noisy, ratios
travel.
"""
