# RIGHT: sorting instead of argmax, in a callable object
class MaskedAccuracy:
    ignore = -100

    def __call__(self, logits, labels):
        order = logits.detach().sort(dim=-1, descending=True).indices
        first = order[..., 0].flatten().tolist()
        wanted = labels.flatten().tolist()
        judged = [p == w for p, w in zip(first, wanted) if w != self.ignore]
        return sum(judged), len(judged)


masked_accuracy = MaskedAccuracy()
