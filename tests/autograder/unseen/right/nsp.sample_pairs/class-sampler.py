# RIGHT: a class with the running places
class _Sampler:
    def __init__(self, documents, rng):
        self.documents = documents
        self.rng = rng
        self.sizes = [len(doc) for doc in documents]
        if sum(size > 0 for size in self.sizes) < 2:
            raise ValueError(f"sentence counts {self.sizes}: fewer than two documents have one")

    def elsewhere(self, d):
        k = self.rng.randrange(sum(self.sizes) - self.sizes[d])
        for e, size in enumerate(self.sizes):
            if e == d:
                continue
            if k < size:
                return self.documents[e][k]
            k -= size

    def pairs(self):
        for d, doc in enumerate(self.documents):
            for i in range(len(doc) - 1):
                if self.rng.random() >= 0.5:
                    yield doc[i], self.elsewhere(d), False
                else:
                    yield doc[i], doc[i + 1], True


def sample_pairs(documents, rng):
    return list(_Sampler(documents, rng).pairs())
