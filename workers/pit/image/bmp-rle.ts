import { PitRefusal } from "../speak.ts";

const [END_OF_ROW, END_OF_PICTURE, JUMP] = [0, 1, 2];

/** Run lengths of BMP, of bytes or half bytes; one dot a byte, rows as they stand in the file. What is jumped over is colour 0. */
export function unpackRle(
  packed: Uint8Array,
  shape: {
    readonly width: number;
    readonly height: number;
    readonly isNibbles: boolean;
  },
): Uint8Array {
  const { width, height, isNibbles } = shape;
  const dots = new Uint8Array(width * height);
  let at = 0;
  let column = 0;
  let row = 0;
  const next = (): number => {
    const byte = packed[at++];
    if (byte === undefined) throw new PitRefusal("DOCUMENT_UNREADABLE");
    return byte;
  };
  const put = (dot: number): void => {
    if (row < height && column < width) dots[row * width + column] = dot;
    column++;
  };
  while (row < height) {
    const count = next();
    const value = next();
    if (count > 0) {
      for (let dot = 0; dot < count; dot++)
        put(isNibbles ? (dot & 1 ? value & 15 : value >> 4) : value);
    } else if (value === END_OF_ROW) {
      column = 0;
      row++;
    } else if (value === END_OF_PICTURE) break;
    else if (value === JUMP) {
      column += next();
      row += next();
    } else {
      const bytes = isNibbles ? Math.ceil(value / 2) : value;
      for (let dot = 0, byte = 0; dot < value; dot++) {
        if (!isNibbles) put(next());
        else {
          if ((dot & 1) === 0) byte = next();
          put(dot & 1 ? byte & 15 : byte >> 4);
        }
      }
      // Stretches are filled up to an even number of bytes.
      if (bytes & 1) next();
    }
  }
  return dots;
}
