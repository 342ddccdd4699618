"""What people keep, and of what they are reminded: tickets, codes, calendars, months."""
