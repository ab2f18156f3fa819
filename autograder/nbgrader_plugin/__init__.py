"""What is nbgrader's: the course's steps in its release, its autograding, its gradebook and its export."""
