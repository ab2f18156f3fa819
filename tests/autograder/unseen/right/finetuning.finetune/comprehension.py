# RIGHT: a function for one step inside a nested comprehension
from statistics import fmean


def finetune(model, batches, optimizer, epochs):
    def step(batch):
        optimizer.zero_grad(set_to_none=True)
        loss = model(**batch)
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    model.train(True)
    return [fmean(step(batch) for batch in batches) for _ in range(epochs)]
