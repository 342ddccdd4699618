"""A server shaped like Stripe's and Mollie's APIs, for development and tests.

`python -m tools.payments_sandbox` starts it; tests use `tools.payments_sandbox.testing`. No money
moves and nothing is stored: the state lives in the memory of the process.
`docs/payments-sandbox.md` says how to use it and where it is simpler than the providers are.
"""
