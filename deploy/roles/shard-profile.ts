// A CPU profile of the thread that this runs on, written where V8's tools read it.

import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';

/** Time between two samples: the profiler's own default. Units: microseconds. */
const SAMPLE_US = 1_000;

/** A profile under way. */
export class ShardProfile {
  readonly id: number;
  readonly #file: string;
  readonly #endUs: number;
  readonly #session = new Session();

  /** Starts at once. A session with one's own thread answers before `post` returns. */
  constructor(id: number, file: string, endUs: number) {
    this.id = id;
    this.#file = file;
    this.#endUs = endUs;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US });
    this.#session.post('Profiler.start');
  }

  /** Time left. Units: microseconds. */
  leftUs(nowUs: number): number {
    return this.#endUs - nowUs;
  }

  /** Ends the profile and writes it; a text where that failed. */
  finish(): string | undefined {
    let failure: string | undefined = 'the profiler gave no answer';
    this.#session.post('Profiler.stop', (error, result) => {
      failure = error === null ? write(this.#file, result.profile) : error.message;
    });
    this.#session.disconnect();
    return failure;
  }
}

function write(file: string, profile: object): string | undefined {
  try {
    writeFileSync(file, JSON.stringify(profile));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
