// The logs of a running market: one of the process, one a shard, each as loud as operators want.

import { LOG_LEVELS, Log, type LogLevel, type LogLine } from '../../../engine/index.js';
import { SHARD_LOG_AREAS } from '../../roles/shard-messages.js';
import { monotonicUs } from '../feed/derived-feed.js';
import type { PullOutcome } from '../journal/lever-audit.js';
import type { ShardAsks } from '../shards/shard-asks.js';

/** Areas of the process's own log. */
const PROCESS_AREAS = ['levers', 'market'] as const;

/** What is said before anybody asks for more. */
const LEVEL: LogLevel = 'warn';

/** The level of one area of one log. */
export interface AreaLevel {
  readonly target: string;
  readonly area: string;
  readonly level: LogLevel;
}

/** The logs. */
export class Logs {
  /** Of the process. */
  readonly process: Log;
  /** By shard and area: what a shard's next thread begins with. */
  readonly #shards: readonly Map<string, LogLevel>[];

  constructor(shardCount: number, write: (where: string, line: LogLine) => void) {
    this.process = new Log(PROCESS_AREAS, monotonicUs, (line) => write('process', line), LEVEL);
    this.#shards = Array.from(
      { length: shardCount },
      () => new Map(SHARD_LOG_AREAS.map((area) => [area, LEVEL])),
    );
  }

  /** Levels that a shard's thread begins with. */
  levelsOf(shard: number): readonly (readonly [string, LogLevel])[] {
    return [...this.#shards[shard]!];
  }

  /** Every level. */
  levels(): AreaLevel[] {
    const all = this.process.levels().map(([area, level]) => ({ target: 'process', area, level }));
    for (const [shard, areas] of this.#shards.entries()) {
      for (const [area, level] of areas) all.push({ target: `shard/${shard}`, area, level });
    }
    return all;
  }

  /**
   * Changes a level. Errors, as refusals: `supervision.unknown`, `supervision.unknown_area`,
   * `supervision.unknown_level`.
   */
  async setLevel(
    asks: ShardAsks,
    wish: { readonly target: string; readonly area: string; readonly level: string },
  ): Promise<PullOutcome> {
    const { target, area } = wish;
    const level = LOG_LEVELS.find((known) => known === wish.level);
    if (level === undefined) {
      const text = `expected one of ${LOG_LEVELS.join(', ')}, was "${wish.level.slice(0, 32)}"`;
      return no('supervision.unknown_level', text);
    }
    const shards = this.#shardsOf(target);
    const hasProcess = target === 'process' || target === 'all';
    if (shards.length === 0 && !hasProcess) {
      return no(
        'supervision.unknown',
        `expected process, all or a shard, was "${target.slice(0, 32)}"`,
      );
    }
    const isProcessSet = hasProcess && this.process.setLevel(area, level);
    const isShardArea = area === '' || SHARD_LOG_AREAS.some((known) => known === area);
    if (!isProcessSet && !(isShardArea && shards.length > 0)) {
      const areas = [...new Set([...PROCESS_AREAS, ...SHARD_LOG_AREAS])].join(', ');
      return no(
        'supervision.unknown_area',
        `expected an area of ${target}, of ${areas}; was "${area.slice(0, 32)}"`,
      );
    }
    if (isShardArea) {
      for (const shard of shards) {
        for (const known of SHARD_LOG_AREAS) {
          if (area === '' || area === known) this.#shards[shard]!.set(known, level);
        }
        // A thread that is being replaced begins with the level just noted.
        await asks.pull(shard, (id) => ({ kind: 'log_level', id, area, level }));
      }
    }
    const what = area === '' ? 'everything' : area;
    return { accepted: true, code: '', text: `${target} logs ${what} at ${level} now` };
  }

  #shardsOf(target: string): number[] {
    const all = [...this.#shards.keys()];
    return target === 'all' ? all : all.filter((shard) => target === `shard/${shard}`);
  }
}

function no(code: string, text: string): PullOutcome {
  return { accepted: false, code, text };
}
