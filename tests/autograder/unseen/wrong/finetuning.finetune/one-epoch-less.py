# MISTAKE: range(1, epochs) runs one epoch less.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(1, epochs):
        losses = []
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history
