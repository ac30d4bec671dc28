"""What the client's tests need beside the end-to-end harness: a worker's stand-in, and a way to cut connections."""
