# MISTAKE: Compares token 0 with word_ids[-1], the last token: without special tokens, a text of one word gets no label.
def align_labels(word_labels, word_ids):
    out = []
    for i, word in enumerate(word_ids):
        if word is None or word == word_ids[i - 1]:
            out.append(-100)
        elif word not in range(len(word_labels)):
            raise ValueError(f"word {word} has no label")
        else:
            out.append(word_labels[word])
    return out
