# MISTAKE: Looks up in a dict and lets its KeyError out instead of ValueError.
def align_labels(word_labels, word_ids):
    table = dict(enumerate(word_labels))
    out, previous = [], None
    for word in word_ids:
        out.append(-100 if word is None or word == previous else table[word])
        previous = word
    return out
