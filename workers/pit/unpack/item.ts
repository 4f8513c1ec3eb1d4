/** What a container holds, in the words of a mail. Strings are the sender's, decoded; nothing is cleaned here. */
export interface UnpackedItem {
  readonly subject: string | null;
  readonly from: UnpackedAddress | null;
  readonly to: string | null;
  readonly cc: string | null;
  readonly date: Date | null;
  readonly text: string | null;
  readonly html: {
    readonly bytes: Uint8Array;
    readonly charset: string;
  } | null;
  readonly members: readonly UnpackedMember[];
}

export interface UnpackedAddress {
  readonly name: string;
  readonly address: string;
}

export type UnpackedMember =
  | { readonly kind: "file"; readonly name: string; readonly bytes: Uint8Array }
  /** A link or a device: named, and nothing else is known of it. */
  | { readonly kind: "reference"; readonly name: string }
  | {
      readonly kind: "item";
      readonly name: string;
      readonly item: UnpackedItem;
    };

/** An archive has no words of its own. */
export function archiveItem(members: readonly UnpackedMember[]): UnpackedItem {
  return {
    ...{ subject: null, from: null, to: null, cc: null, date: null },
    ...{ text: null, html: null, members },
  };
}

/** Deeper items are refused; the parent counts levels of its own. */
export const MAX_ITEM_DEPTH = 10;
export const MAX_MEMBERS = 1000;
