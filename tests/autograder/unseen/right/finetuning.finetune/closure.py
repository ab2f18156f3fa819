# RIGHT: hands the optimiser a closure
def finetune(model, batches, optimizer, epochs):
    model.train()
    means = []
    for _ in range(epochs):
        losses = []
        for batch in batches:
            def closure(batch=batch):
                optimizer.zero_grad()
                loss = model(**batch)
                loss.backward()
                losses.append(loss.item())
                return loss

            optimizer.step(closure)
        means.append(sum(losses) / len(losses))
    return means
