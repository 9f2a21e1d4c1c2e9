"""What a recorder wrote into a voice note beside the sound (place, device, names), blotted out; the sound stays.

Nothing is decoded: containers are walked by their lengths alone. OGG and WebM, which browsers record, and AMR hold no
more than the encoder's name and stay.
"""

from collections.abc import Iterator

WITHIN = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"}  # boxes of ISO/IEC 14496-12 that hold boxes
TOLD = {b"udta", b"meta", b"uuid", b"loci"}  # and those that tell of somebody
SOUND = {b"fmt ", b"data", b"fact"}
DEEPEST = 8


def strip_metadata(media_type: str, raw: bytes) -> bytes:
    """The same recording without what it tells beside the sound; as long as before, but for MP3 and WAV."""
    if media_type == "audio/mp4":
        return _strip_mp4(raw)
    if media_type == "audio/mpeg":
        return _strip_mp3(raw)
    return _strip_wav(raw) if media_type == "audio/wav" else raw


def _strip_mp4(raw: bytes) -> bytes:
    """Boxes that tell something become empty space of the same length, so that the sound is found where it was."""
    stripped = bytearray(raw)
    for start, head, end in _metadata_boxes(raw, 0, len(raw), 0):
        stripped[start + 4 : start + 8] = b"free"
        stripped[start + head : end] = bytes(end - start - head)
    return bytes(stripped)


def _metadata_boxes(raw: bytes, at: int, end: int, depth: int) -> Iterator[tuple[int, int, int]]:
    while at + 8 <= end and depth <= DEEPEST:
        size, kind, head = int.from_bytes(raw[at : at + 4]), raw[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(raw[at + 8 : at + 16]), 16
        last = end if size == 0 else at + size
        if last > end or last < at + head:
            return  # broken from here on: players stop here as well
        if kind in TOLD:
            yield at, head, last
        elif kind in WITHIN:
            yield from _metadata_boxes(raw, at + head, last, depth + 1)
        at = last


def _strip_mp3(raw: bytes) -> bytes:
    """Without ID3 before and behind."""
    while raw[:3] == b"ID3" and len(raw) > 10:
        size = sum((byte & 0x7F) << shift for byte, shift in zip(raw[6:10], (21, 14, 7, 0), strict=True))
        raw = raw[10 + size + (10 if raw[5] & 0x10 else 0) :]
    return raw[:-128] if raw[-128:-125] == b"TAG" else raw


def _strip_wav(raw: bytes) -> bytes:
    """The chunks of the sound alone."""
    content, at = b"", 12
    while at + 8 <= len(raw):
        size = int.from_bytes(raw[at + 4 : at + 8], "little")
        if raw[at : at + 4] in SOUND:
            content += raw[at : at + 8 + size + size % 2]
        at += 8 + size + size % 2
    return b"RIFF" + (4 + len(content)).to_bytes(4, "little") + b"WAVE" + content
