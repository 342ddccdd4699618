"""What can happen to a paid order: changes, cancellation, refunds, resending, reviews."""
