import { Places } from "./sign-in/places.ts";

export interface FairPlacesSettings {
  readonly all: Room;
  /** Of one person, taken before those of all: nobody fills up what is everybody's. */
  readonly each: Room;
}

interface Room {
  readonly atATime: number;
  readonly mayWait: number;
}

/** Places that people share, and so many of them for one; whoever finds the own or all of them taken hears null at once. */
export class FairPlaces {
  readonly #all: Places;
  readonly #each: Room;
  readonly #own = new Map<string, { readonly places: Places; users: number }>();

  constructor({ all, each }: FairPlacesSettings) {
    this.#all = new Places(all.atATime, all.mayWait);
    this.#each = each;
  }

  async run<T>(person: string, work: () => Promise<T>): Promise<T | null> {
    const { atATime, mayWait } = this.#each;
    const own = this.#own.get(person) ?? {
      ...{ places: new Places(atATime, mayWait), users: 0 },
    };
    this.#own.set(person, own);
    own.users += 1;
    try {
      return await own.places.run(() => this.#all.run(work));
    } finally {
      own.users -= 1;
      if (own.users === 0) this.#own.delete(person);
    }
  }
}
