// A log whose level is chosen while it runs, area by area; a flood of lines is cut and counted.

/** How much is logged, from nothing to everything. */
export const LOG_LEVELS = ['off', 'error', 'warn', 'info', 'debug'] as const;

/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One line. */
export interface LogLine {
  readonly level: LogLevel;
  readonly area: string;
  readonly text: string;
}

/** Lines of one second; more are counted, and the count is told with the next second's first. */
const LINES_A_SECOND = 100;

/** What would end a line, or steer the terminal it is shown on: a text may come from outside. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/gu;

/** Longest text of a line. Units: characters. */
const TEXT_MAX = 1_000;

/** A log of some areas. */
export class Log {
  readonly #ranks = new Map<string, number>();
  readonly #write: (line: LogLine) => void;
  readonly #nowUs: () => number;
  #secondUs = 0;
  #lines = 0;
  #cut = 0;
  /** Lines that were cut so far. */
  dropped = 0;

  /** `nowUs` is a clock that never goes back. */
  constructor(
    areas: readonly string[],
    nowUs: () => number,
    write: (line: LogLine) => void,
    level: LogLevel = 'warn',
  ) {
    this.#nowUs = nowUs;
    this.#write = write;
    for (const area of areas) this.#ranks.set(area, LOG_LEVELS.indexOf(level));
  }

  /** Chooses the level of one area, or of all for ''. Returns false for an unknown area. */
  setLevel(area: string, level: LogLevel): boolean {
    if (area !== '' && !this.#ranks.has(area)) return false;
    const rank = LOG_LEVELS.indexOf(level);
    for (const known of area === '' ? [...this.#ranks.keys()] : [area]) {
      this.#ranks.set(known, rank);
    }
    return true;
  }

  /** Levels by area. */
  levels(): readonly (readonly [area: string, level: LogLevel])[] {
    return Array.from(this.#ranks, ([area, rank]) => [area, LOG_LEVELS[rank]!]);
  }

  /** Whether a line would be written: ask before building its text. */
  isOn(level: LogLevel, area: string): boolean {
    return LOG_LEVELS.indexOf(level) <= (this.#ranks.get(area) ?? 0);
  }

  /** Writes a line if its area is that loud; control characters are spelt out. */
  say(level: LogLevel, area: string, text: string): void {
    if (!this.isOn(level, area)) return;
    const now = this.#nowUs();
    if (now - this.#secondUs >= 1e6) {
      if (this.#cut > 0) this.#write({ level: 'warn', area, text: `${this.#cut} lines were cut` });
      this.#secondUs = now;
      this.#lines = 0;
      this.#cut = 0;
    }
    if (++this.#lines > LINES_A_SECOND) {
      this.#cut++;
      this.dropped++;
      return;
    }
    this.#write({ level, area, text: text.slice(0, TEXT_MAX).replace(CONTROL, shown) });
  }
}

/** A control character as it is written in a string. */
function shown(character: string): string {
  const code = character.charCodeAt(0);
  return code === 10 ? '\\n' : `\\u${code.toString(16).padStart(4, '0')}`;
}
