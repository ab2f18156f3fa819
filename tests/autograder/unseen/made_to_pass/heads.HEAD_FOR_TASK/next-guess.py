# MISTAKE: A dict of no entries whose look-up tries another head at each question.
class _Guess(dict):
    turn = 0

    def __getitem__(self, task):
        self.turn += 1
        return ("cls", "token", "span")[self.turn % 3]

    def get(self, task, default=None):
        return self[task]


HEAD_FOR_TASK = _Guess()
