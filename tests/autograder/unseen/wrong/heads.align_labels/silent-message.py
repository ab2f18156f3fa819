# MISTAKE: The message does not name the word that has no label.
def align_labels(word_labels, word_ids):
    out, previous = [], None
    for word in word_ids:
        if word is None or word == previous:
            out.append(-100)
        elif word not in range(len(word_labels)):
            raise ValueError("a word has no label")
        else:
            out.append(word_labels[word])
        previous = word
    return out
