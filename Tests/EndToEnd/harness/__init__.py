"""What the end-to-end tests use to see Memoir from outside: engines, processes, the wire and the store."""
