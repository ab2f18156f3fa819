"""From one authored file a lesson to two notebooks: nbgrader's source, worked and executed, and its release, unfilled.

Nothing is imported here: nbgrader's configuration needs one small module of this package, and no torch.
"""
