"""What the `engines` command is made of. It needs nothing but Python's standard library.

`processes` starts and ends processes without ever hitting another's, `state` remembers them, `services` and
`postgres` know each engine, `supervisor` starts and stops them together, `python_environment` holds what the
servers written in Python need, and `commands` is the command line.
"""
