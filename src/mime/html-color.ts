export interface Color {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

const NAMED: Readonly<Record<string, string>> = {
  white: "ffffff",
  snow: "fffafa",
  ivory: "fffff0",
  ghostwhite: "f8f8ff",
  whitesmoke: "f5f5f5",
  black: "000000",
  red: "ff0000",
  blue: "0000ff",
  green: "008000",
  yellow: "ffff00",
  gray: "808080",
  grey: "808080",
  silver: "c0c0c0",
  navy: "000080",
};
/** Each of the three apart by no more than this: nobody reads the one on the other. */
const CLOSE = 20;

/** CSS Color: names of the usual kinds, #rgb, #rrggbb, rgb(), opaque ones of #rrggbbaa and rgba(); null for all else, and for what shows through. */
export function colorOf(value: string): Color | null {
  const word = value.trim().toLowerCase();
  const hex =
    NAMED[word] ?? /^#?([0-9a-f]{3}|[0-9a-f]{6})(?:ff)?$/.exec(word)?.[1];
  if (hex !== undefined) {
    const six = hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
    const part = (at: number) => Number.parseInt(six.slice(at, at + 2), 16);
    return { red: part(0), green: part(2), blue: part(4) };
  }
  const rgb =
    /^rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:\s*[,/]\s*(?:1(?:\.0*)?|100%))?\s*\)$/.exec(
      word,
    );
  return rgb === null
    ? null
    : { red: Number(rgb[1]), green: Number(rgb[2]), blue: Number(rgb[3]) };
}

export function isClose(one: Color, other: Color): boolean {
  return (
    Math.abs(one.red - other.red) <= CLOSE &&
    Math.abs(one.green - other.green) <= CLOSE &&
    Math.abs(one.blue - other.blue) <= CLOSE
  );
}
