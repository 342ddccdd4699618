"""Operations on paid orders: changes, cancellation, refunds, resending, reviews."""
