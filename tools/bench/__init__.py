"""Measure the sale on this machine: `make bench`.

Everything runs on its own servers in a temporary folder, with fsync on. It uses loopback only, is
limited in time and cleans up. Each figure is the median of several rounds, and each rate is also
given as a ratio to the hand-written SQL of the same run, because machines differ.
"""
