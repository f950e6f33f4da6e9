"""Finds the garment in a photo: GrabCut, started from the colours along the border.

Rother, Kolmogorov, Blake 2004, "GrabCut": foreground and background are mixtures of Gaussians, the
cut between them follows edges. All that it needs is a good start; most of this file is that.
"""

import cv2
import numpy as np

SIDE = 112  # the search runs on a picture of this longer side, pixels
BORDER = 0.04  # of the longer side: this wide a frame shows what the background looks like
BORDER_COLOURS = 5  # floor, rug, wall, door ... : clusters of border colours
ITERATIONS = 3  # of GrabCut
SMALLEST, LARGEST = 0.02, 0.97  # of the picture; outside this nothing was found


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
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
    cv2.setRNGSeed(28)  # the clustering below and inside GrabCut draw from it: same photo, same cut
    found = _solid(_grab_cut(lab, _unlike_the_border(lab)))
    if not SMALLEST < found.mean() < LARGEST:
        return None
    found = cv2.GaussianBlur(found.astype(np.float32), (0, 0), 0.7)
    return cv2.resize(found, (width, height), interpolation=cv2.INTER_LINEAR)


def _unlike_the_border(lab: np.ndarray) -> np.ndarray:
    """How little each pixel looks like the border: uint8 (H, W), 0 alike to 255 unlike."""
    height, width = lab.shape[:2]
    colour = cv2.GaussianBlur(lab, (0, 0), 1.0).astype(np.float32)
    colour[..., 0] *= 0.7  # shadows change the lightness most
    across = np.abs(np.linspace(-1, 1, width, dtype=np.float32))[None, :]
    down = np.abs(np.linspace(-1, 1, height, dtype=np.float32))[:, None]
    frame = _frame(lab.shape[:2], max(2, round(BORDER * max(height, width))))
    border = colour[frame]
    cornerness = np.minimum(across, down)[frame]  # 1 in a corner, 0 in the middle of a side
    clusters = min(BORDER_COLOURS, len(border))
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_COUNT, 10, 1.0)
    _, member, _ = cv2.kmeans(border, clusters, None, stop, 1, cv2.KMEANS_PP_CENTERS)
    nearest = np.full((height, width), 8, np.float32)
    for cluster in range(clusters):
        inside = member.ravel() == cluster
        if inside.mean() < 0.02:
            continue
        mean, spread = border[inside].mean(0), border[inside].std(0) + 4
        distance = np.sqrt((((colour - mean) / spread) ** 2).sum(2))
        if (cornerness[inside] > 0.6).mean() < 0.1:
            distance *= 2  # no corner shows it: the garment itself may reach the border here
        nearest = np.minimum(nearest, distance)
    nearest *= np.exp(-0.5 * ((across / 0.9) ** 4 + down**4))  # garments are mostly in the middle
    return np.uint8(nearest * (255 / max(float(nearest.max()), 1e-6)))


def _frame(shape: tuple[int, int], width: int) -> np.ndarray:
    frame = np.ones(shape, bool)
    frame[width:-width, width:-width] = False
    return frame


def _grab_cut(lab: np.ndarray, unlike: np.ndarray) -> np.ndarray:
    """bool (H, W): what GrabCut makes of the pixels that are unlike the border."""
    level, _ = cv2.threshold(unlike, 0, 255, cv2.THRESH_OTSU)
    likely = unlike > level
    if not likely.any() or likely.all():
        return np.zeros(unlike.shape, bool)
    labels = np.where(likely, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[_frame(unlike.shape, 2) & ~likely] = cv2.GC_BGD
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(lab, labels, None, *models, ITERATIONS, cv2.GC_INIT_WITH_MASK)
    return (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)


def _solid(found: np.ndarray) -> np.ndarray:
    """Specks dropped, the main part (a pair of shoes: parts) kept, small holes filled."""
    opened = cv2.morphologyEx(found.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, part, stats, centres = cv2.connectedComponentsWithStats(opened, connectivity=4)
    if count < 2:
        return np.zeros(found.shape, bool)
    offset = (centres[1:] / np.array(found.shape[::-1]) - 0.5) * 2
    weight = stats[1:, cv2.CC_STAT_AREA] * np.exp(-2 * (offset**2).sum(1))
    kept = np.isin(part, 1 + np.flatnonzero(weight > 0.15 * weight.max()))
    count, hole, stats, _ = cv2.connectedComponentsWithStats(np.uint8(~kept), connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] < 0.01 * kept.size
    return kept | small[hole]
