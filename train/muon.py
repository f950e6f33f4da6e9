"""Muon (Jordan 2024, https://kellerjordan.github.io/posts/muon/) for networks with convolutions."""

from torch import Tensor, nn
from torch.optim import AdamW, Muon, Optimizer


class KernelMuon(Optimizer):
    """torch's Muon for the kernels of convolutions, AdamW for all other parameters.

    torch's takes matrices only. A kernel (O, I, h, w) is the matrix (O, h·w·I), which in
    channels_last memory is the same numbers in the same place. The first convolution, whose one
    input channel is a picture, goes to AdamW, as do norms, biases and the last layer.
    """

    def __init__(self, net: nn.Module, lr: float, weight_decay: float):
        """net: its kernels must lie in channels_last memory, on the device they are trained on."""
        every = list(net.parameters())
        super().__init__(every, {"lr": lr})
        self._kernels = [p for p in every if p.ndim == 4 and p.shape[1] > 1]
        self._matrices = [nn.Parameter(_matrix(kernel)) for kernel in self._kernels]
        if any(m.data_ptr() != k.data_ptr() for m, k in zip(*self._pairs(), strict=True)):
            raise ValueError("The kernels must lie in channels_last memory.")
        taken = set(map(id, self._kernels))
        self._both = (
            Muon(self._matrices, lr, weight_decay, adjust_lr_fn="match_rms_adamw"),
            AdamW([p for p in every if id(p) not in taken], lr, weight_decay=weight_decay),
        )
        self._gather()

    def step(self, closure=None) -> None:
        for matrix, kernel in zip(*self._pairs(), strict=True):
            matrix.grad = _matrix(kernel.grad)
        for optimiser in self._both:
            optimiser.step()

    def zero_grad(self, set_to_none: bool = True) -> None:
        for parameter in self._kernels:
            parameter.grad = None
        self._both[1].zero_grad(set_to_none)

    def state_dict(self) -> dict:
        return {"muon": self._both[0].state_dict(), "adamw": self._both[1].state_dict()}

    def load_state_dict(self, state: dict) -> None:
        for optimiser, name in zip(self._both, ("muon", "adamw"), strict=True):
            optimiser.load_state_dict(state[name])
        self._gather()

    def _gather(self) -> None:
        """A schedule that sets the learning rates here sets them in both."""
        self.param_groups = [group for both in self._both for group in both.param_groups]

    def _pairs(self) -> tuple[list[Tensor], list[Tensor]]:
        return self._matrices, self._kernels


def _matrix(kernel: Tensor) -> Tensor:
    """(O, I, h, w) -> (O, h·w·I)"""
    return kernel.detach().permute(0, 2, 3, 1).flatten(1)
