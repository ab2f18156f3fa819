"""Which answers of a learner's notebooks hold when they are judged again, and the figures that he reports himself.

Nothing is imported here: what a class receives has one half of it, without the grader.
"""
