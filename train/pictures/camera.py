"""What lamps, cameras and files do to a page: shadows, blur, noise, few pixels, JPEG.

A page is float32 (S, S, 3), 0..255, RGB.
"""

import cv2
import numpy as np

from train.pictures.hand import Generator


def lit(page: np.ndarray, rng: Generator) -> np.ndarray:
    """Under a lamp: light that falls off, shadows hard or soft, a glare, a tint."""
    side = page.shape[0]
    y, x = np.mgrid[:side, :side].astype(np.float32) / side - 0.5
    light = np.ones((side, side), np.float32)
    if rng.random() < 0.35:
        light *= 1 + rng.uniform(-0.8, 0.8) * x + rng.uniform(-0.8, 0.8) * y
    if rng.random() < 0.1:  # corners darker
        light *= 1 - rng.uniform(0.3, 1.2) * (x * x + y * y)
    for _ in range(int(rng.choice(3, p=(0.68, 0.24, 0.08)))):
        turn = rng.uniform(0, 2 * np.pi)
        across = x * np.cos(turn) + y * np.sin(turn) - rng.uniform(-0.35, 0.35)
        soft = float(np.exp(rng.uniform(np.log(0.002), np.log(0.15))))
        share = 1 / (1 + np.exp(np.clip(across / soft, -30, 30)))
        if rng.random() < 0.3:  # of something narrow, a pen or a finger
            share *= 1 / (1 + np.exp(np.clip((-across - rng.uniform(0.05, 0.4)) / soft, -30, 30)))
        light *= 1 - (1 - rng.uniform(0.25, 0.85)) * share
    page = page * np.maximum(light, 0.05)[..., None]
    if rng.random() < 0.05:
        at = rng.uniform(-0.5, 0.5, 2)
        away = ((x - at[0]) ** 2 + (y - at[1]) ** 2) / rng.uniform(0.01, 0.2)
        page = page + (rng.uniform(60, 200) * np.exp(-away))[..., None]
    if rng.random() < 0.2:
        page = page * np.exp(rng.normal(0, 0.12, 3))
    return page


def taken(page: np.ndarray, rng: Generator) -> np.ndarray:
    """Through a lens and onto a sensor: blur, contrast, noise. About a third are left clean."""
    if rng.random() < 0.3:
        return page
    if rng.random() < 0.45:
        page = blurred(page, rng)
    if rng.random() < 0.25:
        middle = page.mean()
        page = middle + (page - middle) * rng.uniform(0.35, 1.3)
    if rng.random() < 0.15:
        page = 255 * (np.clip(page, 0, 255) / 255) ** np.exp(rng.normal(0, 0.35))
    if rng.random() < 0.4:
        amount = rng.exponential(7)
        noise = rng.standard_normal((*page.shape[:2], 3), np.float32)
        if rng.random() < 0.4:
            noise = noise[..., :1]
        if rng.random() < 0.4:  # of the size of several pixels
            noise = (
                cv2.GaussianBlur(noise, (0, 0), 0.8).reshape(page.shape[0], page.shape[1], -1) * 2
            )
        page = page + noise * min(amount, 28)
    if rng.random() < 0.04:  # dead and hot pixels
        spots = rng.random(page.shape[:2]) < rng.uniform(0.001, 0.03)
        page = np.where(spots[..., None], rng.choice((0.0, 255.0)), page)
    return page


def blurred(page: np.ndarray, rng: Generator) -> np.ndarray:
    """Out of focus, or moved."""
    if rng.random() < 0.8:
        return cv2.GaussianBlur(page, (0, 0), float(np.exp(rng.uniform(np.log(0.4), np.log(5)))))
    length = int(rng.integers(3, 14))
    kernel = np.zeros((length, length), np.float32)
    turn = rng.uniform(0, np.pi)
    way = np.array((np.cos(turn), np.sin(turn))) * (length - 1) / 2
    ends = [tuple(round(float(v)) for v in (length - 1) / 2 + sign * way) for sign in (-1, 1)]
    cv2.line(kernel, *ends, 1.0, 1)
    return cv2.filter2D(page, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)


def filed(page: np.ndarray, rng: Generator) -> np.ndarray:
    """As a file: few pixels, few colours, JPEG. uint8."""
    side = page.shape[0]
    if rng.random() < 0.25:
        small = int(np.exp(rng.uniform(np.log(28), np.log(side))))
        way = (cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC)[rng.integers(3)]
        page = cv2.resize(page, (small, small), interpolation=cv2.INTER_AREA)
        page = cv2.resize(page, (side, side), interpolation=way)
    page = np.uint8(np.clip(np.rint(page), 0, 255))
    if rng.random() < 0.04:
        step = int(rng.choice((32, 64, 85, 127)))
        page = np.uint8(np.clip((page.astype(int) + step // 2) // step * step, 0, 255))
    if rng.random() < 0.3:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(8, 95))]
        page = cv2.imdecode(cv2.imencode(".jpg", page, quality)[1], cv2.IMREAD_COLOR)
    return page
