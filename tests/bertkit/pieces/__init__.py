"""Whole runs on pieces that were given: each written out anew, watched, and replaced by wrong ones."""
