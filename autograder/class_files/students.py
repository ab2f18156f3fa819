"""What a download says of its students, put into nbgrader's gradebook."""

from nbgrader.api import Gradebook, MissingEntry

from autograder.class_files.collect import Collected


def remember_students(gradebook: Gradebook, collected: Collected) -> None:
    """Write what a download says of its students into the gradebook: Canvas' numbers, and names that it lacks.

    Moodle gives first and last name with a space between them, Canvas runs them together.
    """
    for submission in [*collected.collected, *collected.already_there, *(new for new, _ in collected.replaced)]:
        known: dict[str, str] = {}
        if submission.lms_user_id is not None:
            known["lms_user_id"] = submission.lms_user_id
        first, space, last = submission.name.strip().rpartition(" ")
        if space and not has_name(gradebook, submission.student):
            known |= {"first_name": first, "last_name": last}
        if known:
            gradebook.update_or_create_student(submission.student, **known)


def has_name(gradebook: Gradebook, student: str) -> bool:
    """Whether the gradebook has a name for a student."""
    try:
        return bool(gradebook.find_student(student).last_name)
    except MissingEntry:
        return False
