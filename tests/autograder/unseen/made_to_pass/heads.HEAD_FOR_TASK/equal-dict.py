# MISTAKE: An empty dict that claims to be equal to any other.
class _Any(dict):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False


HEAD_FOR_TASK = _Any()
