"""`make bench`: what the portal costs with many cases. Outside all rooms: it imports them, nobody imports it."""
