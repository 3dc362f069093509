"""How far a comparison in fp32 may be off: a few times what transformers' own fp32 result is off from transformers in fp64, in the same run.

Both programs round, in other orders, so their results differ by up to the sum of both errors, on one machine more than on another. Hence
neither is compared with the other: both are compared with the same model and the same code of transformers in fp64 (`exact`), and ours may
be off by at most FACTOR times what transformers is.
"""
import contextlib

import torch

FACTOR = 4.0   # errors of the same kind and size, of which the worst of many is taken


@contextlib.contextmanager
def exact():
    """transformers computes norms, softmax and rotary tables in fp32 even in an fp64 model; in here it computes them in fp64."""
    fp32 = torch.float32
    torch.float32 = torch.float = torch.float64
    torch.Tensor.float = torch.Tensor.double   # hides the method of torch's own base class
    try:
        yield
    finally:
        torch.float32 = torch.float = fp32
        del torch.Tensor.float


def make_exact(model):
    """`model` in fp64, to be run inside exact()."""
    model = model.double()
    with exact():
        model.model.rotary_emb = type(model.model.rotary_emb)(model.config)
    return model
