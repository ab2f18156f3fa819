# MISTAKE: Leaves out the biases when clipping ("they have no weight decay either").
import torch


def train_step(model, micro_batches, optimizer, scheduler, max_grad_norm):
    optimizer.zero_grad()
    model.train()
    running = []
    for mb in micro_batches:
        loss = model(**mb)
        (loss / len(micro_batches)).backward()
        running.append(loss.item())
    weights = [p for name, p in model.named_parameters() if not name.endswith("bias")]
    torch.nn.utils.clip_grad_norm_(weights, max_grad_norm)
    optimizer.step()
    scheduler.step()
    return sum(running) / len(running)
