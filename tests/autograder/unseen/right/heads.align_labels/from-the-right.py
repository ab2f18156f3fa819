# RIGHT: goes from right to left and takes a label back where the token before is of the same word
def align_labels(word_labels, word_ids):
    out = []
    i = len(word_ids) - 1
    while i >= 0:
        word = word_ids[i]
        label = -100
        if word is not None:
            if word not in range(len(word_labels)):
                raise ValueError(f"bad word index: {word}")
            if i == 0 or word_ids[i - 1] != word:
                label = word_labels[word]
        out.insert(0, label)
        i -= 1
    return out
