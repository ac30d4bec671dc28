"""The one error of the command."""


class EnginesError(Exception):
    """Something the user can mend; the message says how. Printed without a traceback."""
