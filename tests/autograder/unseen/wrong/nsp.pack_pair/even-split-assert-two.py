# MISTAKE: (two mistakes) Cuts each side to half the room even where the other leaves space, and checks with assert (AssertionError).
def pack_pair(first, second, cls_id, sep_id, max_length):
    assert max_length >= 5, f"max_length must be at least 5, got {max_length}"
    assert first and second, "empty side"
    half = (max_length - 3) // 2
    a, b = first[:half], second[:half]
    return [cls_id] + a + [sep_id] + b + [sep_id], [0] * (len(a) + 2) + [1] * (len(b) + 1)
