# MISTAKE: model.training = True does not reach the dropout modules inside.
def finetune(model, batches, optimizer, epochs):
    model.training = True
    history = []
    for _ in range(epochs):
        losses = []
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history
