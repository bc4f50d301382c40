"""Pages for a browser: the calendar, the report, and what they share."""
