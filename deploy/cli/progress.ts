// How a run goes on: a progress bar on a terminal, a line for each session.

import { SingleBar } from 'cli-progress';
import { type FunnelCounted, STAGE_NAMES } from '../../actors/funnel/index.js';
import { dateText, say } from './output.js';

/** A progress bar on a terminal, a line a session elsewhere. */
export class Progress {
  readonly #bar: SingleBar | undefined;
  readonly #isOn: boolean;
  #date = 0;
  #done = 0;
  #of = 0;
  #alerts = 0;

  constructor(isOn: boolean) {
    this.#isOn = isOn;
    this.#bar =
      isOn && process.stderr.isTTY
        ? new SingleBar({
            format:
              'streaming |{bar}| {percentage} %  session {value}/{total}  eta {eta_formatted}',
            clearOnComplete: true,
            linewrap: true,
          })
        : undefined;
  }

  begin(total: number, alerts: number): void {
    this.#of = total;
    this.#alerts = alerts;
    this.#bar?.start(total, 0);
  }

  /** A session has been closed and judged; one told again after a restart is not shown again. */
  session({ date, counts }: FunnelCounted, alerts: number): void {
    if (!this.#isOn || date <= this.#date) return;
    this.#date = date;
    this.#done++;
    const stages = STAGE_NAMES.map((name) => `${name} ${counts[name]}`).join('  ');
    const raised = alerts > this.#alerts ? `  alerts ${alerts - this.#alerts}` : '';
    this.#alerts = alerts;
    const line = `${dateText(date)}  ${String(this.#done).padStart(3)}/${this.#of}  ${stages}${raised}`;
    if (this.#bar === undefined) {
      say(line);
      return;
    }
    // The bar owns its line: clear it, write ours above, and let it draw itself again.
    process.stderr.write(`\r\u001b[K${line}\n`);
    this.#bar.update(this.#done);
  }

  stop(): void {
    this.#bar?.stop();
  }
}

/** A bar on a terminal for work of so many steps, told by `update`; undefined elsewhere. */
export function stepBar(work: string, step: string, total: number): SingleBar | undefined {
  if (!process.stderr.isTTY) return undefined;
  const format = `${work} |{bar}| {percentage} %  ${step} {value}/{total}  eta {eta_formatted}`;
  const bar = new SingleBar({ format, clearOnComplete: true });
  bar.start(total, 0);
  return bar;
}
