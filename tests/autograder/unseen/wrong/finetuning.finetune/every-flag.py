# MISTAKE: Sets the flag of every module by hand, past the train() of a FrozenEncoder inside.
def finetune(model, batches, optimizer, epochs):
    for part in model.modules():
        part.training = True
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
