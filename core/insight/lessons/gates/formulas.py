r"""The formulas of the gated cells, line by line in the order in which a timestep computes them; LaTeX.

As Keras computes its LSTM and GRU (``reset_after=True``); minGRU after L. Feng, "Were RNNs All We Needed?", 2024.
``\odot`` multiplies number by number. W_f is the part of the kernel for f, U_f that of the recurrent kernel.
Leaves out: Keras's GRU has two biases in each gate; in z and r only their sum counts (``core/model/forward.py``).
"""

from core.settings.network import Cell

# Cell -> (the gate's name in core.insight.activations.captions.NAMES, its formula).
FORMULAS: dict[Cell, tuple[tuple[str, str], ...]] = {
    "LSTM": (
        ("forget", r"f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f)"),
        ("input", r"i_t = \sigma(W_i x_t + U_i h_{t-1} + b_i)"),
        ("candidate", r"\tilde{c}_t = \tanh(W_c x_t + U_c h_{t-1} + b_c)"),
        ("cell", r"c_t = f_t \odot c_{t-1} + i_t \odot \tilde{c}_t"),
        ("output", r"o_t = \sigma(W_o x_t + U_o h_{t-1} + b_o)"),
        ("state", r"h_t = o_t \odot \tanh(c_t)"),
    ),
    "GRU": (
        ("update", r"z_t = \sigma(W_z x_t + U_z h_{t-1} + b_z)"),
        ("reset", r"r_t = \sigma(W_r x_t + U_r h_{t-1} + b_r)"),
        ("candidate", r"\tilde{h}_t = \tanh(W_h x_t + b_h + r_t \odot (U_h h_{t-1} + d_h))"),
        ("state", r"h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde{h}_t"),
    ),
    "minGRU": (
        ("update", r"z_t = \sigma(W_z x_t + b_z)"),
        ("candidate", r"\tilde{h}_t = W_h x_t + b_h"),
        ("state", r"h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \tilde{h}_t"),
    ),
}
