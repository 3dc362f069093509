"""The error that a comparison in fp32 allows: a few times the error of transformers in fp32 against
transformers in fp64, measured in the same run.

Both programs round, in different orders, so their results differ by up to the sum of both errors, which
depends on the machine. So both are compared with the same model in transformers in fp64 (`exact`). Our error
may be at most FACTOR times that of transformers.
"""
import contextlib

import torch

FACTOR = 4.0   # the errors have the same kind and size, but each is the worst of many


@contextlib.contextmanager
def exact():
    """transformers computes norms, softmax and rotary tables in fp32 even in an fp64 model. Inside exact() it
    computes them in fp64."""
    fp32 = torch.float32
    torch.float32 = torch.float = torch.float64
    torch.Tensor.float = torch.Tensor.double   # hides the method of torch's own base class
    try:
        yield
    finally:
        torch.float32 = torch.float = fp32
        del torch.Tensor.float


def make_exact(model):
    """`model` in fp64. Run it inside exact()."""
    model = model.double()
    with exact():
        model.model.rotary_emb = type(model.model.rotary_emb)(model.config)
    return model


class Check:
    """Prints each comparison with its limit; `failed` says whether one was above it."""

    def __init__(self):
        self.failed = False

    def __call__(self, what, value, limit):
        good = value <= limit
        self.failed |= not good
        print(f"{'ok     ' if good else 'DIFFERS'} {what}: {value:.3g} (limit {limit:g})", flush=True)

    def errors(self, what, ours, theirs):
        """Compares the distances of both sides from the reference."""
        self(f"{what}, error in units of PyTorch's own ({theirs:.1e})", ours / theirs, FACTOR)
