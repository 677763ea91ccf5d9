"""An image as the public may have it: upright, and without place, time, camera, thumbnail or hidden text.

A photograph names the spot where it was taken, and not every platform takes that out.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageOps, JpegImagePlugin

from campaigns.core.imaging.blocks import only_what_draws

if TYPE_CHECKING:
    from typing import Any

_ORIENTATION = 0x0112
_UPRIGHT = 1
_DRAWS = ("icc_profile", "transparency", "gamma")
"""What Pillow knows of an image and would write again, that changes how it looks."""


def cleaned(content: bytes, form: str) -> bytes:
    """The same picture in the same format; `content` was looked at before, and is a whole image.

    What stands still is decoded and encoded anew, a JPEG with its own tables, so that it loses next to
    nothing. What moves, and every GIF, is written anew block by block; so is a WebP that is upright, of which
    nobody can tell how it was encoded.
    """
    with Image.open(BytesIO(content), formats=[form]) as image:
        turned = image.getexif().get(_ORIENTATION, _UPRIGHT) != _UPRIGHT
        moves = form != "JPEG" and getattr(image, "n_frames", 1) > 1  # a JPEG's further frames are previews
        if moves or form == "GIF" or (form == "WEBP" and not turned):
            return only_what_draws(content, form)
        drawn = ImageOps.exif_transpose(image) if turned else image
        drawn.info = {name: value for name, value in image.info.items() if name in _DRAWS}
        out = BytesIO()
        drawn.save(out, form, **_how(image, form, content))
        return out.getvalue()


def _how(image: Image.Image, form: str, content: bytes) -> dict[str, Any]:
    if form == "JPEG":
        sampling = JpegImagePlugin.get_sampling(image)
        how = {"qtables": image.quantization, "optimize": True}  # type: ignore[attr-defined]  # a JPEG's
        return how if sampling < 0 else how | {"subsampling": sampling}
    if form == "WEBP":
        return {"lossless": True} if b"VP8L" in content[:64] else {"quality": 92}
    return {}
