"""The admin site: its sidebar, theme and dashboard."""
