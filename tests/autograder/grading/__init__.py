"""Tests of grading: what is read of a submission, the sandbox, the verdicts, and nbgrader's autograding with them."""
