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

/** CSS Color: names of the usual kinds, #rgb, #rrggbb, rgb(), hsl() without much hue, opaque ones of #rrggbbaa and rgba(); null for all else, and for what shows through. */
export function colorOf(value: string): Color | null {
  const word = value.trim().toLowerCase();
  const hex =
    NAMED[word] ?? /^#?([0-9a-f]{3}|[0-9a-f]{6})(?:ff)?$/.exec(word)?.[1];
  if (hex !== undefined) {
    const six = hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
    const part = (at: number) => Number.parseInt(six.slice(at, at + 2), 16);
    return { red: part(0), green: part(2), blue: part(4) };
  }
  const gray =
    /^hsla?\(\s*[\d.]{1,6}(?:deg)?[\s,]+([\d.]{1,6})%[\s,]+([\d.]{1,6})%(?:\s*[,/]\s*(?:1(?:\.0*)?|100%))?\s*\)$/.exec(
      word,
    );
  if (gray !== null) return ofLightness(Number(gray[1]), Number(gray[2]));
  const rgb =
    /^rgba?\(\s*(\d{1,3}%?)[\s,]+(\d{1,3}%?)[\s,]+(\d{1,3}%?)(?:\s*[,/]\s*(?:1(?:\.0*)?|100%))?\s*\)$/.exec(
      word,
    );
  return rgb === null
    ? null
    : { red: partOf(rgb[1]), green: partOf(rgb[2]), blue: partOf(rgb[3]) };
}

function partOf(written = ""): number {
  const number = Number(written.replace("%", ""));
  return written.endsWith("%") ? number * 2.55 : number;
}

/** Of hsl() what has next to no hue: white, black and grey; null for the rest. */
function ofLightness(saturation: number, lightness: number): Color | null {
  const hue = (saturation * Math.min(lightness, 100 - lightness)) / 100;
  if (hue > CLOSE / 4) return null;
  const part = Math.round(Math.min(100, lightness) * 2.55);
  return { red: part, green: part, blue: part };
}

export function isClose(one: Color, other: Color): boolean {
  return (
    Math.abs(one.red - other.red) <= CLOSE &&
    Math.abs(one.green - other.green) <= CLOSE &&
    Math.abs(one.blue - other.blue) <= CLOSE
  );
}
