"""Run alone, as a program with little memory and time: a picture on standard input, a small one anew on output.

The first line of the output is JSON: width_px, height_px, has_position; or refusal: why it was not made. After it comes
a JPEG that holds the picture's dots and nothing else of it. It is told the one format that it may read.
"""

import json
import resource
import sys

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_S = 10
MOST_PIXELS = 64_000_000
SIDE_PX = 480
GPS_IFD = 0x8825
GPS_LATITUDE = 2


def limit_itself() -> None:
    """No more memory and time than a picture needs; no file can be written and no program started."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def make(content: bytes, picture_format: str) -> tuple[dict[str, object], bytes]:
    """(what is told of the picture, the small one)."""
    import io

    from PIL import Image, ImageOps

    # Checked here by the picture's own word before a dot of it is read.
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(io.BytesIO(content), formats=[picture_format]) as opened:
        width, height = opened.size
        if width * height > MOST_PIXELS:
            return {"refusal": f"it has {width:,} by {height:,} dots, and may have {MOST_PIXELS:,} in all"}, b""
        has_position = says_where(opened, content)
        opened.draft("RGB", (2 * SIDE_PX, 2 * SIDE_PX))
        opened.load()
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((SIDE_PX, SIDE_PX))
        flat = Image.new("RGB", upright.size, "white")
        if upright.has_transparency_data:
            layer = upright.convert("RGBA")
            flat.paste(layer, mask=layer.getchannel("A"))
        else:
            flat.paste(upright.convert("RGB"))
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=82)
    return {"width_px": width, "height_px": height, "has_position": has_position}, out.getvalue()


def says_where(opened, content: bytes) -> bool:
    """Whether the picture holds a position, as cameras write it (EXIF) or as programs do (XMP)."""
    try:
        position = opened.getexif().get_ifd(GPS_IFD)
    except Exception:
        # It cannot be read, so it is taken to be there.
        return True
    return GPS_LATITUDE in position or b"GPSLatitude" in content


def main() -> None:
    """Read, make, write; whatever goes wrong is told as a refusal."""
    limit_itself()
    content = sys.stdin.buffer.read()
    try:
        told, small = make(content, sys.argv[1])
    except MemoryError:
        told, small = {"refusal": "it needs more memory than a picture may"}, b""
    except Exception as error:
        told, small = {"refusal": f"it cannot be read as a picture ({type(error).__name__})"}, b""
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + small)


if __name__ == "__main__":
    main()
