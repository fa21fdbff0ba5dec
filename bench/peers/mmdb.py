"""Writes a MaxMind DB (format 2.0, IPv4, 24-bit records) whose records are what a Country database has: Knot and PowerDNS read nothing else
that holds so many prefixes. Only what that takes: maps, strings, integers."""
import struct

MAP, STRING, U16, U32, U64, ARRAY = 7, 2, 5, 6, 9, 11


def _control(kind, size):
    assert size < 29
    return bytes([size, kind - 7]) if kind > 7 else bytes([kind << 5 | size])


def encode(value):
    if isinstance(value, dict):
        return _control(MAP, len(value)) + b"".join(encode(key) + encode(item) for key, item in value.items())
    if isinstance(value, list):
        return _control(ARRAY, len(value)) + b"".join(encode(item) for item in value)
    if isinstance(value, str):
        octets = value.encode()
        if len(octets) >= 29:
            return bytes([STRING << 5 | 29, len(octets) - 29]) + octets
        return _control(STRING, len(octets)) + octets
    kind, number = value
    octets = number.to_bytes(8, "big").lstrip(b"\0")
    return _control(kind, len(octets)) + octets


def write(path, blocks, records):
    """blocks: (first, length, record number), ascending and disjoint, leaving no gap larger than what 'not found' may say."""
    data, offsets = bytearray(), []
    for record in records:
        offsets.append(len(data))
        data += encode(record)
    left, right = [0], [0]                       # 0 = nothing there yet; a leaf is -(record number + 1)
    for first, length, record in blocks:
        node = 0
        for bit in range(length):
            side = right if first >> (31 - bit) & 1 else left
            if bit == length - 1:
                side[node] = -(record + 1)
            else:
                if side[node] == 0:
                    left.append(0)
                    right.append(0)
                    side[node] = len(left) - 1
                node = side[node]
    count = len(left)
    def pointer(value):
        return value if value > 0 else count if value == 0 else count + 16 + offsets[-value - 1]
    metadata = {
        "node_count": (U32, count), "record_size": (U16, 24), "ip_version": (U16, 4), "database_type": "GeoIP2-Country", "languages": ["en"],
        "binary_format_major_version": (U16, 2), "binary_format_minor_version": (U16, 0), "build_epoch": (U64, 1_700_000_000),
        "description": {"en": "made up"},
    }
    with open(path, "wb") as file:
        for node in range(count):
            file.write(struct.pack(">I", pointer(left[node]))[1:] + struct.pack(">I", pointer(right[node]))[1:])
        file.write(b"\0" * 16 + data + b"\xab\xcd\xefMaxMind.com" + encode(metadata))
