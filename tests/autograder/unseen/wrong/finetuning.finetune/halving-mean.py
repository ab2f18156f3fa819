# MISTAKE: Takes (mean + loss) / 2 again and again, so that late batches weigh most.
def finetune(model, batches, optimizer, epochs):
    model.train()
    history = []
    for _ in range(epochs):
        mean = None
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            mean = loss.item() if mean is None else (mean + loss.item()) / 2
        history.append(mean)
    return history
