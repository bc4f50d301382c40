"""The calendar, one file a format."""
