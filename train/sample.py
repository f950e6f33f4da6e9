"""Is a picture of 28×28 a sample of the datasets? Then the networks see it as it is.

models/sample.onnx is the graph of PictureToSample.
"""

import torch
from torch import Tensor, nn

from train.sketch import SIZE

DARK, LIGHT = 10, 245  # grey levels, of 255, up to and from which a pixel is black, or white


class PictureToSample(nn.Module):
    """Both datasets hold grey pictures, bright on black.

    Measured on all 140,000 of them: at least a sixth of the border is black, and more of it is
    black than white. A dark-on-light scan of that size fails this.
    """

    def forward(self, rgba: Tensor) -> tuple[Tensor, Tensor]:
        """Whether it is a sample, and its greys.

        Args:
            rgba: uint8 (28, 28, 4).

        Returns:
            is_sample: bool ().
            grey: uint8 (28, 28), the picture itself where it is a sample.
        """
        red, green, blue, opacity = rgba.int().unbind(2)
        is_grey = ((red == green) & (green == blue) & (opacity == 255)).all()
        inner = slice(1, SIZE - 1)
        border = torch.cat([red[0], red[-1], red[inner, 0], red[inner, -1]])
        black, white = (border <= DARK).sum(), (border >= LIGHT).sum()
        is_sample = is_grey & (6 * black >= len(border)) & (black > white)
        return is_sample, red.to(torch.uint8)
