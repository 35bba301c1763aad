"""Muon: momentum, made orthogonal by five Newton-Schulz steps, for the matrices of the blocks; AdamW for the rest.

After Keller Jordan et al., https://kellerjordan.github.io/posts/muon/ (2024); the coefficients are theirs.
"""
import torch


class Muon:
    def __init__(self, model, lr=0.02, lr_rest=0.004):
        self.lr, self.lr_rest = lr, lr_rest
        matrices = [p for p in model.block.parameters() if p.ndim == 2]
        others = [p for p in model.parameters() if not any(p is m for m in matrices)]
        self.adam = torch.optim.AdamW(others, lr=lr_rest, betas=(0.9, 0.98), weight_decay=0)
        self.shapes = {}
        for p in matrices:
            self.shapes.setdefault(p.shape, []).append((p, torch.zeros_like(p)))

    def zero(self):
        self.adam.zero_grad(set_to_none=True)
        for group in self.shapes.values():
            for p, _ in group:
                p.grad = None

    @torch.no_grad()
    def step(self, share):
        """One step at `share` of the learning rates."""
        for group in self.adam.param_groups:
            group["lr"] = self.lr_rest * share
        self.adam.step()
        for (rows, columns), group in self.shapes.items():
            for p, momentum in group:
                momentum.mul_(0.95).add_(p.grad)
            x = torch.stack([p.grad + 0.95 * momentum for p, momentum in group])
            if rows > columns:
                x = x.transpose(1, 2)
            x = (x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)).bfloat16()
            for _ in range(5):
                a = x @ x.transpose(1, 2)
                x = 3.4445 * x + (-4.775 * a + 2.0315 * a @ a) @ x
            x = x.float()
            if rows > columns:
                x = x.transpose(1, 2)
            for (p, _), direction in zip(group, x):
                p.add_(direction, alpha=-self.lr * share * max(1, rows / columns) ** 0.5)
