# MISTAKE: Takes the loss after the step, with a second forward pass.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        losses = []
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            losses.append(model(**batch).item())
        history.append(sum(losses) / len(losses))
    return history
