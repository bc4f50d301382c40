"""The page of the compliance report."""
