"""A plain decoder: RMS norm, attention, RMS norm, two-layer perceptron with GELU; RoPE, ALiBi or no positions at all."""
import math

import torch
import torch.nn.functional as F
from torch import nn


class Model(nn.Module):
    """ids (B, T) -> logits (B, T, vocabulary). `kind` is 'rope', 'alibi' or 'nope'.

    With `shift`, each head's keys are mixed with those of the token before, by a share that is learned: a key then tells what came before it.
    """

    def __init__(self, vocab, kind="rope", width=128, layers=4, heads=4, hidden=512, base=10000.0, shift=False):
        super().__init__()
        self.kind, self.width, self.layers, self.heads, self.d, self.base = kind, width, layers, heads, width // heads, base
        matrix = lambda rows, columns, scale=1.0: nn.Parameter(torch.randn(rows, columns) * scale / math.sqrt(width))
        self.embed, self.unembed = matrix(vocab, width, 2), matrix(vocab, width, 0.2)
        self.norm = nn.Parameter(torch.ones(width))
        self.block = nn.ModuleList()
        for _ in range(layers):
            b = nn.Module()
            b.q, b.k, b.v, b.o = matrix(width, width), matrix(width, width), matrix(width, width), matrix(width, width, 0.5)
            b.up, b.down = matrix(hidden, width), matrix(width, hidden, 0.25)
            if shift:
                b.shift = nn.Parameter(torch.linspace(-2, 2, heads))
            b.norm1, b.norm2 = nn.Parameter(torch.ones(width)), nn.Parameter(torch.ones(width))
            self.block.append(b)

    def angles(self, length, frequencies=None):
        """(length, d/2): what each pair of a head turns by at each position."""
        if frequencies is None:
            frequencies = self.base ** (-torch.arange(0, self.d, 2).float() / self.d)
        return torch.arange(length).float()[:, None] * frequencies

    def bias(self, length, visible=None):
        """(heads, length, length), added to the scores: ALiBi's slopes, and what may not be seen. `visible` narrows that further."""
        i = torch.arange(length)
        seen = i[:, None] >= i
        if visible is not None:
            seen = seen & visible
        bias = torch.zeros(self.heads, length, length)
        if self.kind == "alibi":
            slopes = 2.0 ** (-8 * torch.arange(1, self.heads + 1) / self.heads)
            bias = -slopes[:, None, None] * (i[:, None] - i).float()
        return bias.masked_fill(~seen, -1e9)

    def forward(self, ids, angles=None, bias=None, attention=None, states=None):
        """`attention` and `states`, where lists, receive each layer's weights (B, heads, T, T) and what leaves it (B, T, width)."""
        B, T = ids.shape
        H, d = self.heads, self.d
        if bias is None:
            if getattr(self, "kept", (0,))[0] != T:
                self.kept = (T, self.bias(T))
            bias = self.kept[1]
        if self.kind == "rope":
            if angles is None:
                angles = self.angles(T)
            cos, sin = torch.cat([angles.cos()] * 2, -1), torch.cat([-angles.sin(), angles.sin()], -1)

        def turned(x):
            return x * cos + torch.cat([x[..., d // 2 :], x[..., : d // 2]], -1) * sin if self.kind == "rope" else x

        def normed(x, gain):
            return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * gain

        x = self.embed[ids]
        bias = bias[None].expand(B, -1, -1, -1).reshape(B * H, T, T)
        for b in self.block:
            y = normed(x, b.norm1)
            q, k, v = [F.linear(y, w).view(B, T, H, d).transpose(1, 2) for w in (b.q, b.k, b.v)]
            if hasattr(b, "shift"):
                k = k + torch.sigmoid(b.shift)[:, None, None] * (torch.cat([k[:, :, :1], k[:, :, :-1]], 2) - k)
            q, k = turned(q).reshape(B * H, T, d), turned(k).reshape(B * H, T, d)
            weights = torch.baddbmm(bias, q, k.transpose(1, 2), alpha=1 / math.sqrt(d)).softmax(-1)
            if attention is not None:
                attention.append(weights.view(B, H, T, T))
            y = torch.bmm(weights, v.reshape(B * H, T, d)).view(B, H, T, d).transpose(1, 2).reshape(B, T, self.width)
            x = x + F.linear(y, b.o)
            y = normed(x, b.norm2)
            x = x + F.linear(F.gelu(F.linear(y, b.up), approximate="tanh"), b.down)
            if states is not None:
                states.append(x)
        return F.linear(normed(x, self.norm), self.unembed)
