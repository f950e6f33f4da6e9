"""What is said of a picture that cannot be used: a key with values, for which a page finds words.

Everyone else reads the English sentence. page/words/ holds the same ones, and those of other
languages, under "refusal.KEY".
"""

SENTENCES = {
    "base64": "This is no base64. A picture is sent as data:image/png;base64,...",
    "damaged": "This picture is damaged or incomplete. Please save or send it again.",
    "file": "There is no picture file {name} that can be read. Please check the path.",
    "source": "A picture must be a path, bytes, an open binary file, a Pillow picture or a uint8 "
    "array, not {type}.",
    "large": "This file is larger than {megabytes} MB. Please choose a smaller picture.",
    "empty": "This file is empty. Please choose a picture.",
    "film": "This HEIC or AVIF file, or film, cannot be read. Please save it as JPEG or PNG.",
    "pdf": "This is a PDF, not a picture. Please save the page as JPEG or PNG.",
    "svg": "This is a vector drawing (SVG). Please save it as PNG.",
    "format": "This file is no picture that can be read. Please choose a JPEG, PNG, WebP or GIF.",
    "pixels": "This picture has more than {megapixels} megapixels. Please choose a smaller one.",
    "no_pixels": "This picture has no pixels. Please choose another.",
    "not_numbers": "This picture holds values that are not numbers. Please save it as PNG.",
    "array": "A picture given as an array must be uint8 of shape (H, W), (H, W, 3) or (H, W, 4), "
    "not {dtype} of shape {shape}.",
    "unread_format": "{format} files are not read here. Please save it as PNG.",
    "slow": "This picture takes too long to read. Please choose a simpler or smaller one.",
    "lost": "This picture could not be read. Please save it anew as JPEG or PNG.",
}


class BadPicture(ValueError):
    """The picture cannot be used; str() of it is one kind sentence that says what to do.

    key: of SENTENCES.
    values: what stands in the places of the sentence.
    """

    def __init__(self, key: str, **values: str | int):
        super().__init__(key)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        return SENTENCES[self.key].format(**self.values)
