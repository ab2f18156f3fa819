# RIGHT: times a shifted identity, any over the row
import torch


def visible_targets(influence):
    shifted = torch.diag(torch.ones(influence.size(0) - 1), 1).bool() if influence.size(0) > 1 else None
    if shifted is None:
        return torch.zeros(1, dtype=torch.bool)
    return (influence & shifted).any(dim=-1)
