"""All statements that are measured, in the order of the course."""

from bertkit.claims.alignment import STATEMENT_10C
from bertkit.claims.bidirectionality import STATEMENT_1, STATEMENT_2, STATEMENT_3
from bertkit.claims.claim import Claim
from bertkit.claims.cost_profile import STATEMENT_9
from bertkit.claims.frozen_or_not import STATEMENT_12
from bertkit.claims.harder_pairs import STATEMENT_7B
from bertkit.claims.heads import STATEMENT_10
from bertkit.claims.joint import STATEMENT_8
from bertkit.claims.label_efficiency import STATEMENT_11
from bertkit.claims.left_out import STATEMENT_8B
from bertkit.claims.mask_at_inference import STATEMENT_13B
from bertkit.claims.masking import STATEMENT_5
from bertkit.claims.next_sentence import STATEMENT_6, STATEMENT_7
from bertkit.claims.pair_marks import STATEMENT_10B
from bertkit.claims.recipes_for_tasks import STATEMENT_13
from bertkit.claims.relay import STATEMENT_2B
from bertkit.claims.spans import STATEMENT_10D
from bertkit.claims.tasks_without_pairs import STATEMENT_7C
from bertkit.claims.training_floor import STATEMENT_8C

CLAIMS: tuple[Claim, ...] = (
    *(STATEMENT_1, STATEMENT_2, STATEMENT_2B, STATEMENT_3, STATEMENT_5),
    *(STATEMENT_6, STATEMENT_7, STATEMENT_7B, STATEMENT_7C, STATEMENT_8, STATEMENT_8B, STATEMENT_8C, STATEMENT_9),
    *(STATEMENT_10, STATEMENT_10B, STATEMENT_10C, STATEMENT_10D, STATEMENT_11, STATEMENT_12),
    *(STATEMENT_13, STATEMENT_13B),
)


def find(number: str) -> Claim:
    """The claim of that number. Raises `ValueError` naming the number and those that there are.

    >>> find("2").number
    '2'
    """
    for claim in CLAIMS:
        if claim.number == number:
            return claim
    raise ValueError(f"there is no statement {number!r}; there are {', '.join(claim.number for claim in CLAIMS)}")
