"""The memory beside a plain client that does by hand what Memoir does: saves a second, and how long searches take."""
