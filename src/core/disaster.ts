/**
 * The emergency mode for disasters (災害モード): larger limits and some senders first, for a while. One person asks, another one
 * confirms; it ends by itself. Everything is cleaned as ever.
 */
export type DisasterState =
  | { readonly kind: "off" }
  /** Waits for another person to confirm. */
  | {
      readonly kind: "asked";
      readonly askedAt: number;
      readonly askedBy: string;
      readonly why: string;
      readonly hours: number;
      /** Unconfirmed, it lapses then, epoch ms. */
      readonly lapsesAt: number;
    }
  | {
      readonly kind: "on";
      readonly askedBy: string;
      readonly confirmedBy: string;
      readonly confirmedAt: number;
      readonly why: string;
      /** Ends by itself, epoch ms. */
      readonly until: number;
    };

export interface DisasterAct {
  readonly who: string;
  readonly via: string;
}

export type DisasterAnswer =
  "done" | "already" | "same-person" | "not-asked" | "off";

export const MAX_DISASTER_HOURS = 72;

export interface Disasters {
  disaster(): Promise<DisasterState>;
  /** `already` when it is asked for or on. */
  askDisaster(
    act: DisasterAct & { readonly why: string; readonly hours: number },
  ): Promise<DisasterAnswer>;
  /** `same-person` when it is the one who asked; `not-asked` when nothing waits, or something else than was seen. */
  confirmDisaster(
    act: DisasterAct & {
      readonly seen?: { readonly askedBy: string; readonly askedAt: number };
    },
  ): Promise<DisasterAnswer>;
  /** Also takes back what is only asked for. */
  endDisaster(
    act: DisasterAct & { readonly why: string },
  ): Promise<DisasterAnswer>;
  /** Puts on record that the time is up. True when it was up and nobody had said so yet. */
  closeDisaster(): Promise<boolean>;
}
