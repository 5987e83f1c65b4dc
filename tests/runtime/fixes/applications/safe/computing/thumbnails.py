"""Images, made small."""

import io

from PIL import Image

_buffer = io.BytesIO()
Image.linear_gradient("L").rotate(30).save(_buffer, "png")
LARGE = _buffer.getvalue()


def thumbnail(size: int) -> bytes:
    with Image.open(io.BytesIO(LARGE)) as image:
        large = image.convert("RGB").resize((3000, 3000), Image.Resampling.LANCZOS)
        large.thumbnail((size, size))
        buffer = io.BytesIO()
        large.save(buffer, "png")
        return buffer.getvalue()


def opened(size: int) -> tuple[int, int]:
    with Image.open(io.BytesIO(thumbnail(size))) as image:
        return image.resize((0, -1)).size
