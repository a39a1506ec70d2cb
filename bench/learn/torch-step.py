"""The policy's step of learning from the teacher in PyTorch, on one thread: what ours is measured beside.

Takes a JSON line with the sizes and how many steps; prints one with the CPU seconds of those steps.
The network, loss and optimiser are those of cli/train/policy/network.ts and imitate.ts.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional

torch.set_num_threads(1)
torch.manual_seed(1)
size = json.loads(sys.argv[1])
SITES, RADIOS, OPTIONS = size["sites"], size["radios"], size["options"]
HIDDEN, ROUNDS = size["hidden"], size["rounds"]


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.encode = nn.Linear(size["radioInputs"], HIDDEN)
        self.self_ = nn.ModuleList([nn.Linear(HIDDEN, HIDDEN) for _ in range(ROUNDS)])
        self.heard = nn.ModuleList([nn.Linear(HIDDEN, HIDDEN, bias=False) for _ in range(ROUNDS)])
        self.hidden = nn.ModuleList([nn.Linear(HIDDEN, HIDDEN, bias=False) for _ in range(ROUNDS)])
        self.own = nn.Linear(size["channelInputs"], HIDDEN, bias=False)
        self.radio = nn.Linear(HIDDEN, HIDDEN)
        self.option_heard = nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.option_hidden = nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.second = nn.Linear(HIDDEN, HIDDEN)
        self.score = nn.Linear(HIDDEN, 1, bias=False)

    def forward(self, radio, option, heard, hidden, option_heard, option_hidden):
        state = functional.relu(self.encode(radio))
        by_site = (SITES, RADIOS, HIDDEN)
        for own, loud, quiet in zip(self.self_, self.heard, self.hidden):
            told = torch.bmm(heard, loud(state).view(by_site))
            told = told + torch.bmm(hidden, quiet(state).view(by_site))
            state = functional.relu(own(state) + told.view(-1, HIDDEN))
        around = torch.bmm(option_heard, self.option_heard(state).view(by_site))
        around = around + torch.bmm(option_hidden, self.option_hidden(state).view(by_site))
        each = (SITES * RADIOS, OPTIONS, HIDDEN)
        seen = self.own(option).view(each) + around.view(each) + self.radio(state).unsqueeze(1)
        second = functional.relu(self.second(functional.relu(seen).view(-1, HIDDEN)))
        return self.score(second).view(-1, OPTIONS)


ALL = SITES * RADIOS
data = (
    torch.rand(ALL, size["radioInputs"]),
    torch.rand(ALL * OPTIONS, size["channelInputs"]),
    torch.rand(SITES, RADIOS, RADIOS),
    torch.rand(SITES, RADIOS, RADIOS),
    torch.rand(SITES, RADIOS * OPTIONS, RADIOS),
    torch.rand(SITES, RADIOS * OPTIONS, RADIOS),
)
missing = torch.zeros(ALL, OPTIONS)
target = torch.softmax(torch.rand(ALL, OPTIONS), 1)


def cpu_seconds(foreach, steps):
    policy = Policy()
    adam = torch.optim.Adam(policy.parameters(), lr=1e-3, foreach=foreach)

    def step():
        loss = -(functional.log_softmax(policy(*data) + missing, 1) * target).sum(1).mean()
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()

    for _ in range(10):
        step()
    before = time.process_time()
    for _ in range(steps):
        step()
    return time.process_time() - before


def blas():
    """The folder of the library that its matrix products come from: Debian's are in one each."""
    with open("/proc/self/maps", encoding="utf8") as maps:
        paths = [line.split()[-1] for line in maps if "/libblas" in line or "/libopenblas" in line]
    return paths[0].split("/")[-2] if paths else "its own"


# Whichever of its two forms of Adam is faster counts.
seconds = min(cpu_seconds(foreach, size["steps"]) for foreach in (False, True))
print(json.dumps({"blas": blas(), "cpuSeconds": seconds}))
