/** Markup that needs no more escaping. Made by the `html` tag alone. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Piece = Markup | string | number | null | readonly Piece[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Every value is escaped, wherever it came from; there is no way to put raw markup in but this tag itself. */
export function html(
  strings: TemplateStringsArray,
  ...values: Piece[]
): Markup {
  let text = strings[0] ?? "";
  values.forEach((value, index) => {
    text += render(value) + (strings[index + 1] ?? "");
  });
  return new Markup(text);
}

function render(value: Piece): string {
  if (value === null) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "string" || typeof value === "number")
    return String(value).replace(
      /[&<>"']/g,
      (character) => ESCAPES[character] ?? "",
    );
  return value.map(render).join("");
}
