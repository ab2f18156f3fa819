# MISTAKE: An error inside is swallowed and 0.0 returned: batches that the model refuses seem trained.
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    try:
        model.train()
        optimizer.zero_grad()
        total = 0.0
        for mb in micro_batches:
            loss = model(mb["x"], mb["y"]) / len(micro_batches)
            loss.backward()
            total += loss.item()
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
        scheduler.step()
        return total
    except Exception:
        return 0.0
