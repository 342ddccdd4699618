"""Tax documents: receipts, invoices and credit notes."""
