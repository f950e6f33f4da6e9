"""Finds the garment in a photo. What is made of it then: train/garment.py.

A colour that is common in the middle and rare along the border, above all in its corners, is likely
the garment's; the logarithm of the two shares' ratio says how likely. From there GrabCut fits
mixtures of Gaussians to both sides and lets the cut follow edges (C. Rother, V. Kolmogorov,
A. Blake, "GrabCut", 2004). Corners count most: sleeves, hems and hangers reach the sides.
"""

import cv2
import numpy as np

SIDE = 96  # the search runs on a picture of this longer side, pixels
COLOURS = 16  # clusters of colours
FRAME = 0.04  # of the longer side: so wide a strip along the border shows the background
ALIKE = 10.0  # distance, CIE Lab as stored in 8 bits, at which colours still count as one
RAREST = 0.01  # added to both shares: how far a colour seen on one side only can tip the scales
MIDDLE = 1.5  # how much being in the middle counts against colour
BACKGROUND, GARMENT = -4.0, 3.0  # log ratios beyond which GrabCut may not decide otherwise
ITERATIONS = 2  # of GrabCut
SMALLEST, LARGEST = 0.02, 0.97  # of the picture; outside this nothing was found
FAINTEST = 0.4  # log ratio inside less outside; below this nothing stands out


def find(picture: np.ndarray) -> np.ndarray | None:
    """Where the garment is.

    Args:
        picture: uint8 RGB (H, W, 3).

    Returns:
        float32 (H, W), 0 background to 1 garment with a soft edge, or None when nothing stands out.
    """
    height, width = picture.shape[:2]
    scale = min(1, SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if min(size) < 8:
        return None
    lab = cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2LAB)
    cv2.setRNGSeed(28)  # clustering and GrabCut draw from it: same photo, same cut
    across = np.abs(np.linspace(-1, 1, size[0], dtype=np.float32))[None, :]
    down = np.abs(np.linspace(-1, 1, size[1], dtype=np.float32))[:, None]
    colour = _colour_ratio(lab, across, down)
    corner = np.minimum(across, down)
    place = 0.6 - 0.9 * (1.2 * across**2 + down**2) - 0.5 * corner
    ratio = colour + MIDDLE * place
    for found in (_grab_cut(lab, ratio), ratio > 0):  # GrabCut may collapse to nothing
        found = _solid(found)
        if not SMALLEST < found.mean() < LARGEST:
            continue
        if colour[found].mean() - colour[~found].mean() < FAINTEST:
            continue
        soft = cv2.GaussianBlur(found.astype(np.float32), (0, 0), 0.7)
        return cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR)
    return None


def _colour_ratio(lab: np.ndarray, across: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Log of how much more common a pixel's colour is in the middle than along the border."""
    height, width = lab.shape[:2]
    pixels = cv2.GaussianBlur(lab, (0, 0), 1.0).astype(np.float32)
    pixels[..., 0] *= 0.7  # shadows change the lightness most
    pixels = pixels.reshape(-1, 3)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_COUNT, 8, 1.0)
    some = pixels[:: max(1, min(5, len(pixels) // COLOURS))].copy()
    clusters = min(COLOURS, len(some))
    first = np.zeros((len(some), 1), np.int32)  # of the labels, which PP_CENTERS does not read
    _, _, centres = cv2.kmeans(some, clusters, first, stop, 1, cv2.KMEANS_PP_CENTERS)
    nearest = ((centres**2).sum(1) - 2 * pixels @ centres.T).argmin(1)

    frame = _frame((height, width), max(2, round(FRAME * max(height, width))))
    border = np.where(frame, 0.15 + np.minimum(across, down), 0)
    middle = np.exp(-2 * (1.6 * across**2 + down**2))
    # Shades of one colour fall into several clusters: each counts its neighbours in.
    alike = np.exp(-((centres[:, None] - centres) ** 2).sum(2) / (2 * ALIKE**2))
    in_middle, on_border = (
        alike @ np.bincount(nearest, weight.ravel(), clusters) / weight.sum()
        for weight in (middle, border)
    )
    ratio = np.log((in_middle + RAREST) / (on_border + RAREST)).astype(np.float32)
    return cv2.GaussianBlur(ratio[nearest].reshape(height, width), (0, 0), 1.5)


def _frame(shape: tuple[int, int], width: int) -> np.ndarray:
    frame = np.ones(shape, bool)
    frame[width:-width, width:-width] = False
    return frame


def _grab_cut(lab: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    """bool (H, W): what GrabCut makes of the log ratios."""
    likely = ratio > 0
    if not likely.any() or likely.all():
        return likely
    labels = np.where(likely, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[ratio < BACKGROUND] = cv2.GC_BGD
    labels[_frame(ratio.shape, 2) & (ratio < BACKGROUND / 2)] = cv2.GC_BGD
    labels[ratio > GARMENT] = cv2.GC_FGD
    models = np.zeros((1, 65)), np.zeros((1, 65))
    unread = (0, 0, 0, 0)  # a rectangle, where no mask is given
    cv2.grabCut(lab, labels, unread, *models, ITERATIONS, cv2.GC_INIT_WITH_MASK)
    return (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)


def _solid(found: np.ndarray) -> np.ndarray:
    """Specks dropped, the main part (a pair of shoes: parts) kept, small holes filled."""
    opened = cv2.morphologyEx(found.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, part, stats, centres = cv2.connectedComponentsWithStats(opened, connectivity=4)
    if count < 2:
        return np.zeros(found.shape, bool)
    off_centre = (centres[1:] / np.array(found.shape[::-1]) - 0.5) * 2
    weight = stats[1:, cv2.CC_STAT_AREA] * np.exp(-2 * (off_centre**2).sum(1))
    kept = np.isin(part, 1 + np.flatnonzero(weight > 0.15 * weight.max()))
    _, hole, stats, _ = cv2.connectedComponentsWithStats((~kept).astype(np.uint8), connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] < 0.01 * kept.size
    small[0] = False  # label 0 is the garment itself
    return kept | small[hole]
