# RIGHT: a small trainer with a running mean
class _Trainer:
    def __init__(self, model, optimizer):
        self.model, self.optimizer = model, optimizer

    def step(self, batch):
        self.model.train()
        for group in self.optimizer.param_groups:
            for p in group["params"]:
                p.grad = None
        loss = self.model(**batch)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def epoch(self, batches):
        mean = 0.0
        for n, batch in enumerate(batches, start=1):
            mean += (self.step(batch) - mean) / n
        return mean


def finetune(model, batches, optimizer, epochs):
    trainer = _Trainer(model, optimizer)
    return [trainer.epoch(batches) for _ in range(epochs)]
