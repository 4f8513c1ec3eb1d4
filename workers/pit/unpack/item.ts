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
  | {
      readonly kind: "item";
      readonly name: string;
      readonly item: UnpackedItem;
    };

/** Deeper items are refused; the parent counts levels of its own. */
export const MAX_ITEM_DEPTH = 10;
export const MAX_MEMBERS = 1000;
