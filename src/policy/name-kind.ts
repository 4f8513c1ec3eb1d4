/** Endings that promise a kind, and the types that keep the promise. A name never decides what is done; a liar is told of. */
interface Family {
  readonly endings: RegExp;
  readonly types: RegExp;
}

const ENCRYPTED_OFFICE = "x-office-encrypted";

const FAMILIES: readonly Family[] = [
  {
    endings: /^(?:doc|dot|docx|docm|dotx|dotm|rtf|wri)$/,
    types: new RegExp(
      `^application/(?:msword|rtf|${ENCRYPTED_OFFICE}|vnd\\.ms-word\\b|vnd\\.openxmlformats-officedocument\\.wordprocessingml)`,
    ),
  },
  {
    endings: /^(?:xls|xlt|xla|xlsx|xlsm|xlsb|xltx|xltm|xlam)$/,
    types: new RegExp(
      `^application/(?:vnd\\.ms-excel|${ENCRYPTED_OFFICE}|vnd\\.openxmlformats-officedocument\\.spreadsheetml)`,
    ),
  },
  {
    endings: /^(?:ppt|pot|pps|pptx|pptm|potx|potm|ppsx|ppsm)$/,
    types: new RegExp(
      `^application/(?:vnd\\.ms-powerpoint|${ENCRYPTED_OFFICE}|vnd\\.openxmlformats-officedocument\\.presentationml)`,
    ),
  },
  { endings: /^(?:od|ot)[tspg]$/, types: /^application\/vnd\.oasis\./ },
  { endings: /^pdf$/, types: /^application\/pdf$/ },
  { endings: /^png$/, types: /^image\/(?:png|apng)$/ },
  { endings: /^(?:jpe?g|jpe|jfif)$/, types: /^image\/jpeg$/ },
  { endings: /^gif$/, types: /^image\/gif$/ },
  { endings: /^webp$/, types: /^image\/webp$/ },
  { endings: /^tiff?$/, types: /^image\/tiff$/ },
  { endings: /^bmp$/, types: /^image\/bmp$/ },
  {
    endings: /^(?:txt|csv|tsv|log|html?|ics|vcf)$/,
    types: /^(?:text\/|application\/pgp-)/,
  },
];

/** Too general to say that a name lies. */
const UNKNOWN: ReadonlySet<string> = new Set([
  "application/octet-stream",
  "application/x-empty",
  "application/x-cfb",
]);

/** Whether the ending of a name promises one kind and the content is another, known one. */
export function nameBelies(untrustedName: string, type: string): boolean {
  const ending = /\.([A-Za-z0-9]{2,5})[\s.]*$/.exec(untrustedName)?.[1];
  if (ending === undefined || UNKNOWN.has(type)) return false;
  const lower = ending.toLowerCase();
  const family = FAMILIES.find(({ endings }) => endings.test(lower));
  return family !== undefined && !family.types.test(type);
}
