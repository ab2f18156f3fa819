"""A learner's own certificate: his figures, as he reports them, and whose functions they were made with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from markupsafe import Markup

from autograder.certificate.page import MADE_BY, Table, is_certificate, page, versions
from autograder.notebook import Whose
from bertkit.atomic import write_atomically

FILE = "certificate.html"
WRITTEN_BY = "07_capstone, by its learner"
"""Not by the command: what that has judged and what is reported here must not take each other's place."""
TITLE = "From text to a task, on functions of one's own"
REPORTED = (
    "Reported by the learner: these figures come from a notebook that ran on the learner's own machine. Nobody else "
    f"has measured them. Which answers hold when they are judged again, {MADE_BY} says, a command of the course."
)


@dataclass(frozen=True)
class Report:
    """What a learner reports. Shown in a notebook, as a page, as text."""

    whose: Sequence[Whose]
    figures: Mapping[str, Mapping[str, str]]
    """By the title of the part: names of figures, and each as it is to be read, with its unit."""
    when: datetime = field(default_factory=lambda: datetime.now().astimezone())

    @property
    def own(self) -> int:
        """So many exercises are the learner's."""
        return sum(each.is_own for each in self.whose)

    def tables(self) -> list[Table]:
        """The parts of the page."""
        figures = [Table(title, ("figure", "reported"), [*rows.items()]) for title, rows in self.figures.items()]
        rows = [(", ".join(each.names), each.exercise, each.told) for each in self.whose]
        return [*figures, Table("Whose functions", ("name", "exercise", "what the learner was told"), rows, self.count)]

    @property
    def count(self) -> str:
        """Of how many exercises the answers are the learner's."""
        return f"{self.own} of {len(self.whose)} the learner's, {len(self.whose) - self.own} the library's."

    def to_text(self) -> str:
        """All of it as plain lines."""
        made = f"{self.when:%Y-%m-%d %H:%M}, {', '.join(f'{name} {number}' for name, number in versions().items())}"
        return "\n\n".join([TITLE, REPORTED, *(table.to_text() for table in self.tables()), made])

    def to_html(self) -> str:
        """A page of its own."""
        return page(TITLE, WRITTEN_BY, [REPORTED], self.tables(), self.when)

    def keep(self, folder: Path) -> Path:
        """Write the page into a folder, whole or not at all; an earlier certificate there is replaced.

        Args:
            folder: the learner's own, as `Workbench.folder` gives it; it need not be there yet.

        Returns:
            The file.

        Raises:
            FileExistsError: if something else has the certificate's name there.
            OSError: if it cannot be written.
        """
        path = folder / FILE
        if path.exists() and not is_certificate(path, WRITTEN_BY):
            raise FileExistsError(
                f"{path} was not written by the capstone, and would be overwritten; move it elsewhere"
            )
        write_atomically(path, self.to_html())
        return path

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return str(Markup("<p>{}</p>").format(REPORTED) + Markup("").join(each.to_html() for each in self.tables()))
