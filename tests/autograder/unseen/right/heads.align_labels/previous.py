# RIGHT: a loop that remembers the word before
def align_labels(word_labels, word_ids):
    aligned = []
    previous = None
    for word in word_ids:
        if word is None:
            aligned.append(-100)
        elif word != previous:
            if not 0 <= word < len(word_labels):
                raise ValueError(f"word {word} has no label; there are {len(word_labels)}")
            aligned.append(word_labels[word])
        else:
            aligned.append(-100)
        previous = word
    return aligned
