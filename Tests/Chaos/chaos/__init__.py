"""What the chaos tests are made of: a plan drawn from a seed, an account of every job, processes to break, a judge."""
