# RIGHT: list.index says whether a token is the first one of its word
def align_labels(word_labels, word_ids):
    def one(position, word):
        if word is None:
            return -100
        if word < 0 or word > len(word_labels) - 1:
            raise ValueError(f"word {word!r} is outside 0 .. {len(word_labels) - 1}")
        return word_labels[word] if word_ids.index(word) == position else -100

    return [one(i, w) for i, w in enumerate(word_ids)]
