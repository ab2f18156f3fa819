"""What a learner built stays: answers that passed are kept as source, and found again from every lesson."""
