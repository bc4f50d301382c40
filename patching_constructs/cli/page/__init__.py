"""The calendar as a page for a browser."""
