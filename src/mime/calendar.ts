import {
  readDuration,
  readTime,
  later,
  zoneOffset,
  type CalendarTime,
  type ZoneOffset,
} from "./calendar-time.ts";
import {
  contentLines,
  unescapeText,
  type ContentLine,
} from "./content-lines.ts";

/** What people need to know of an iCalendar object (RFC 5545 §3.6.1, §3.6.2). All strings are the sender's. */
export interface Calendar {
  /** RFC 5546 §1.4, upper case; empty when none is given. */
  readonly method: string;
  /** At most `MAX_EVENTS`. */
  readonly events: readonly CalendarEvent[];
  /** Events and tasks in all. */
  readonly eventCount: number;
  /** Files or references to files that came with events. */
  readonly attachmentCount: number;
}

export interface CalendarEvent {
  readonly kind: "event" | "task";
  readonly summary: string;
  readonly start: CalendarTime | null;
  /** Of a task: when it is due. */
  readonly end: CalendarTime | null;
  /** What stood there when it could not be read as a time. */
  readonly unreadStart: string;
  readonly location: string;
  readonly description: string;
  readonly comment: string;
  readonly urls: readonly string[];
  readonly status: string;
  readonly rule: string;
  /** Days on which a repeated event does not take place, or does besides; at most `MAX_DATES` each. */
  readonly except: readonly CalendarTime[];
  readonly besides: readonly CalendarTime[];
  /** One of a repeated event: the time that it had by the rule. */
  readonly insteadOf: CalendarTime | null;
  readonly organizer: CalendarPerson | null;
  /** At most `MAX_ATTENDEES`. */
  readonly attendees: readonly CalendarPerson[];
  readonly attendeeCount: number;
}

export interface CalendarPerson {
  readonly name: string;
  /** Without `mailto:`. */
  readonly address: string;
  /** PARTSTAT, upper case. */
  readonly answer: string;
}

const MAX_EVENTS = 50;
const MAX_ATTENDEES = 30;
const MAX_DATES = 20;
const MAX_ZONES = 20;
const MAX_URLS = 5;
/** Components in components; more than VCALENDAR / VEVENT / VALARM has no use. */
const MAX_DEPTH = 10;

/** `text` unfolded. Null when there is no event and no task in it. */
export function readCalendar(text: string): Calendar | null {
  const reading = new CalendarReading();
  for (const line of contentLines(text)) reading.take(line);
  return reading.calendar();
}

/** Times are read after the last line, since zones may be described behind the events that use them. */
class CalendarReading {
  readonly #open: string[] = [];
  readonly #zones = new Zones();
  readonly #events: EventLines[] = [];
  #eventCount = 0;
  #attachmentCount = 0;
  #method = "";

  take(line: ContentLine): void {
    if (line.name === "BEGIN") return this.#begin(line.value);
    if (line.name === "END") {
      this.#open.pop();
      return;
    }
    const inside = this.#open.at(-1);
    if (inside === "VCALENDAR" && line.name === "METHOD")
      this.#method = line.value.trim().toUpperCase();
    if (this.#open[1] === "VTIMEZONE") this.#zones.take(line);
    if (inside !== "VEVENT" && inside !== "VTODO") return;
    if (line.name === "ATTACH") this.#attachmentCount++;
    if (this.#eventCount <= MAX_EVENTS) this.#events.at(-1)?.take(line);
  }

  #begin(value: string): void {
    const name = value.trim().toUpperCase();
    if (this.#open.length < MAX_DEPTH) this.#open.push(name);
    if (name !== "VEVENT" && name !== "VTODO") return;
    this.#eventCount++;
    if (this.#events.length < MAX_EVENTS)
      this.#events.push(new EventLines(name === "VTODO" ? "task" : "event"));
  }

  calendar(): Calendar | null {
    if (this.#eventCount === 0) return null;
    return {
      method: this.#method,
      events: this.#events.map((event) => event.event(this.#zones)),
      eventCount: this.#eventCount,
      attachmentCount: this.#attachmentCount,
    };
  }
}

/** VTIMEZONEs: only whether the clock ever changes there, and if not, its offset (RFC 5545 §3.6.5). */
class Zones {
  readonly #fixed = new Map<string, number | null>();
  readonly #offsets = new Map<string, ZoneOffset>();
  #id = "";

  take(line: ContentLine): void {
    if (line.name === "TZID") this.#id = line.value.trim();
    if (line.name !== "TZOFFSETTO" || this.#fixed.size >= MAX_ZONES) return;
    const [, sign, hours, minutes] =
      /^([+-])(\d{2})(\d{2})/.exec(line.value.trim()) ?? [];
    if (sign === undefined) return;
    const size = Number(hours) * 60 + Number(minutes);
    const offset = sign === "-" ? -size : size;
    const known = this.#fixed.get(this.#id);
    this.#fixed.set(
      this.#id,
      known === undefined || known === offset ? offset : null,
    );
  }

  time(line: ContentLine, value = line.value): CalendarTime | null {
    const name = (line.parameters.get("TZID")?.[0] ?? "").slice(0, 100);
    if (name === "") return readTime(value, null);
    let offsetAt = this.#offsets.get(name);
    if (offsetAt === undefined) {
      const fixed = this.#fixed.get(name) ?? null;
      // Each named zone costs a formatter: past a score of them nobody is confused any more.
      offsetAt =
        this.#offsets.size < MAX_ZONES ? zoneOffset(name, fixed) : () => fixed;
      this.#offsets.set(name, offsetAt);
    }
    return readTime(value, { name, offsetAt });
  }
}

const URL_LINES: ReadonlySet<string> = new Set([
  ...["URL", "CONFERENCE", "X-GOOGLE-CONFERENCE"],
  "X-MICROSOFT-SKYPETEAMSMEETINGURL",
]);

/** The lines of one event: of each name the first counts, of some all. */
class EventLines {
  readonly #kind: "event" | "task";
  readonly #lines = new Map<string, ContentLine>();
  readonly #attendees: CalendarPerson[] = [];
  readonly #urls = new Set<string>();
  readonly #dates: ContentLine[] = [];
  #attendeeCount = 0;

  constructor(kind: "event" | "task") {
    this.#kind = kind;
  }

  take(line: ContentLine): void {
    if (line.name === "ATTENDEE") {
      this.#attendeeCount++;
      if (this.#attendees.length < MAX_ATTENDEES)
        this.#attendees.push(person(line));
    } else if (URL_LINES.has(line.name)) {
      if (this.#urls.size < MAX_URLS) this.#urls.add(unescapeText(line.value));
    } else if (line.name === "EXDATE" || line.name === "RDATE") {
      if (this.#dates.length < MAX_DATES) this.#dates.push(line);
    } else if (!this.#lines.has(line.name)) this.#lines.set(line.name, line);
  }

  event(zones: Zones): CalendarEvent {
    const start = this.#time("DTSTART", zones);
    const ruled = this.#lines.get("RECURRENCE-ID");
    const organizer = this.#lines.get("ORGANIZER");
    return {
      kind: this.#kind,
      summary: this.#text("SUMMARY"),
      start,
      end: this.#end(start, zones),
      unreadStart: start === null ? this.#text("DTSTART") : "",
      location: this.#text("LOCATION"),
      description: this.#text("DESCRIPTION"),
      comment: this.#text("COMMENT"),
      urls: [...this.#urls].filter((url) => url !== ""),
      status: this.#text("STATUS").toUpperCase(),
      rule: this.#lines.get("RRULE")?.value.trim() ?? "",
      except: this.#datesOf("EXDATE", zones),
      besides: this.#datesOf("RDATE", zones),
      insteadOf: ruled === undefined ? null : zones.time(ruled),
      organizer: organizer === undefined ? null : person(organizer),
      attendees: this.#attendees,
      attendeeCount: this.#attendeeCount,
    };
  }

  #text(name: string): string {
    return unescapeText(this.#lines.get(name)?.value ?? "").trim();
  }

  #time(name: string, zones: Zones): CalendarTime | null {
    const line = this.#lines.get(name);
    return line === undefined ? null : zones.time(line);
  }

  #end(start: CalendarTime | null, zones: Zones): CalendarTime | null {
    const end = this.#time(this.#kind === "task" ? "DUE" : "DTEND", zones);
    if (end !== null || start === null) return end;
    const minutes = readDuration(this.#lines.get("DURATION")?.value ?? "");
    return minutes === null ? null : later(start, minutes);
  }

  #datesOf(name: string, zones: Zones): CalendarTime[] {
    return this.#dates
      .filter((line) => line.name === name)
      .flatMap((line) =>
        line.value
          .split(",", MAX_DATES)
          .map((value) => zones.time(line, value.split("/", 1)[0])),
      )
      .filter((time) => time !== null)
      .slice(0, MAX_DATES);
  }
}

function person(line: ContentLine): CalendarPerson {
  return {
    name: line.parameters.get("CN")?.[0] ?? "",
    address: line.value.trim().replace(/^mailto:/i, ""),
    answer: (line.parameters.get("PARTSTAT")?.[0] ?? "").toUpperCase(),
  };
}
