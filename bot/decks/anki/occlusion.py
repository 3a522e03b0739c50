"""Pictures with masks: what a card asks about a picture is covered in it."""

import hashlib
import math
import struct
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from msgspec import Struct
from PIL import Image, ImageDraw

from bot.decks import picture as photo
from bot.decks.anki import mentions
from bot.decks.anki.masks import Mask, Point, masks_of
from bot.decks.anki.package import Package, copy_media
from bot.decks.anki.templates import Sides, TemplateError
from bot.decks.card import Fault

_MOST_MASKS = 500
# As large as Telegram shows a photo.
_LONGEST_SIDE = 2560
_ASKED, _OTHER, _EDGE = (255, 142, 142), (255, 235, 162), (33, 33, 33)
_UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, Image.DecompressionBombError)


class Masked(Struct, frozen=True):
    """A picture that is still to be drawn; its `name` tells the picture and the masks."""

    name: str
    picture: str
    masks: tuple[Mask, ...]


def covered(fields: Sequence[str], number: int, sides: Sides) -> tuple[Sides, tuple[Masked, ...]]:
    """The card with its picture covered: on the front what it asks, on both what the note hides besides.

    Raises:
        TemplateError: there is no picture, or a mask cannot be read; without it the card would tell its answer.
    """
    name = next((name for text in fields for name in mentions.pictures(text)), None)
    if name is None:
        raise TemplateError("it has masks and no picture")
    try:
        masks = [mask for text in fields for mask in masks_of(text, number)]
    except ValueError as error:
        raise TemplateError("one of its masks cannot be read") from error
    if len(masks) > _MOST_MASKS:
        raise TemplateError(f"it has more than {_MOST_MASKS} masks")
    front = _masked(name, masks)
    back = _masked(name, [mask for mask in masks if not mask.is_asked])
    covering = mentions.with_picture(sides.front, name, front.name)
    telling = mentions.with_picture(sides.back, name, back.name if back.masks else name)
    drawn = (front, back) if back.masks else (front,)
    return Sides(covering, telling, sides.unknown, sides.work), drawn


def draw(package: Package, wanted: Sequence[Masked], folder: Path) -> tuple[dict[str, Path], list[Fault]]:
    """Where the covered pictures lie now, by their names, and a fault for each that cannot be drawn.

    Raises:
        OSError: the folder cannot be written.
    """
    paths: dict[str, Path] = {}
    faults: list[Fault] = []
    for masked in wanted:
        source, damaged = copy_media(package, (masked.picture,), folder)
        faults += damaged
        for path in source.values():
            drawn = _open(path, masked.masks)
            path.unlink()
            if isinstance(drawn, str):
                faults.append(Fault(package.file, 0, f"a picture with masks cannot be drawn: {drawn}", "Is it whole?"))
            else:
                paths[masked.name] = folder / masked.name
                drawn.save(paths[masked.name])
    return paths, faults


def _masked(picture: str, masks: Sequence[Mask]) -> Masked:
    ending = ".jpg" if PurePosixPath(picture).suffix.lower() in (".jpg", ".jpeg") else ".png"
    told = hashlib.sha256(repr((picture, masks)).encode()).hexdigest()[:24]
    return Masked(f"masked-{told}{ending}", picture, tuple(masks))


def _open(path: Path, masks: Sequence[Mask]) -> Image.Image | str:
    """The picture with its masks, or why there is none."""
    if why := photo.why_not(path):
        return why
    try:
        with Image.open(path, formats=("PNG", "JPEG", "GIF", "WEBP")) as opened:
            if sum(opened.size) > photo.MOST_OF_BOTH_SIDES:
                return "it is too large"
            picture = opened.convert("RGB")
    except _UNREADABLE:
        return "it is damaged"
    picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    pen = ImageDraw.Draw(picture)
    for mask in sorted(masks, key=lambda mask: mask.is_asked):
        corners = [_placed(corner, mask, picture.size) for corner in mask.corners]
        pen.polygon(corners, fill=_ASKED if mask.is_asked else _OTHER, outline=_EDGE)
    return picture


def _placed(corner: Point, mask: Mask, size: tuple[int, int]) -> Point:
    """The corner in pixels, turned around the pivot."""
    turn = math.radians(mask.degrees)
    x, y = (corner[0] - mask.pivot[0]) * size[0], (corner[1] - mask.pivot[1]) * size[1]
    return (
        mask.pivot[0] * size[0] + x * math.cos(turn) - y * math.sin(turn),
        mask.pivot[1] * size[1] + x * math.sin(turn) + y * math.cos(turn),
    )
