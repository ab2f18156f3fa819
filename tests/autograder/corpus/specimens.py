"""All specimens: one flat list."""

from .accidents_of_code import ACCIDENTS_OF_CODE, ONLY_OURS
from .accidents_of_form import ACCIDENTS_OF_FORM
from .attacks_on_answers import ATTACKS_ON_ANSWERS
from .attacks_on_browsers import ATTACKS_ON_BROWSERS
from .attacks_on_points import ATTACKS_ON_POINTS
from .attacks_on_the_class import ATTACKS_ON_THE_CLASS
from .base import Specimen

SPECIMENS: tuple[Specimen, ...] = (
    *ATTACKS_ON_POINTS,
    *ATTACKS_ON_ANSWERS,
    *ATTACKS_ON_THE_CLASS,
    *ATTACKS_ON_BROWSERS,
    *ACCIDENTS_OF_FORM,
    *ACCIDENTS_OF_CODE,
    *ONLY_OURS,
)


def find(name: str) -> Specimen:
    """The specimen of that name. Raises `KeyError` naming it."""
    for specimen in SPECIMENS:
        if specimen.name == name:
            return specimen
    raise KeyError(f"there is no specimen {name!r}; there are: {', '.join(each.name for each in SPECIMENS)}")
