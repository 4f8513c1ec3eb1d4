import { constants, crc32, deflateRawSync } from "node:zlib";

const BLOCK_BYTES = 1024 * 1024;

/** A zip of one deflated member: `bytes` behind so many MiB of zeros, which cost neither time nor memory. */
export function zipOf(name: string, bytes: Uint8Array, zerosMib = 0): Buffer {
  const block = Buffer.alloc(zerosMib === 0 ? 0 : BLOCK_BYTES);
  // A flushed block stands on its own, so that one of them can be repeated.
  const packedBlock = deflateRawSync(block, {
    finishFlush: constants.Z_FULL_FLUSH,
  });
  const packed = Buffer.concat([
    ...Array<Buffer>(zerosMib).fill(packedBlock),
    deflateRawSync(bytes),
  ]);
  let sum = 0;
  for (let count = 0; count < zerosMib; count += 1) sum = crc32(block, sum);
  sum = crc32(bytes, sum);

  const sizes = Buffer.alloc(22);
  sizes.writeUInt16LE(20, 0); // version needed
  sizes.writeUInt16LE(8, 4); // deflate
  sizes.writeUInt32LE(sum, 10);
  sizes.writeUInt32LE(packed.length, 14);
  sizes.writeUInt32LE(zerosMib * BLOCK_BYTES + bytes.byteLength, 18);
  const nameBytes = Buffer.from(name);
  const nameLengths = Buffer.from([nameBytes.length, 0, 0, 0]);
  const local = Buffer.concat([
    Buffer.from("PK\x03\x04", "latin1"),
    sizes,
    nameLengths,
    nameBytes,
    packed,
  ]);
  const central = Buffer.concat([
    Buffer.from("PK\x01\x02\x14\x00", "latin1"),
    sizes,
    nameLengths,
    Buffer.alloc(14), // no comment, first disk, at offset 0
    nameBytes,
  ]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
