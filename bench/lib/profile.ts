// Where a benchmark's time goes: the functions that hold a thread longest, out of V8's profiles.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markdown } from './table.js';

interface Frame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

/** The part of a `.cpuprofile` file that is read. Source: Chrome DevTools protocol, Profiler. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly children?: readonly number[];
    readonly callFrame: Frame;
  }[];
  readonly samples: readonly number[];
  /** Units: microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

/** Variable that tells a case to have its measured part profiled, and into which folder. */
export const PROFILES = 'SLUICE_BENCH_PROFILES';

/** Node's arguments that have a whole process write a profile a thread, where that is wanted. */
export function profiling(): string[] {
  const folder = process.env[PROFILES];
  return folder === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', folder];
}

/** Runs the measured part of a case, profiled on this thread where that is wanted. */
export async function observed<T>(measured: () => Promise<T>): Promise<T> {
  const folder = process.env[PROFILES];
  if (folder === undefined) return measured();
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  const result = await measured();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  writeFileSync(join(folder, `measured-${process.pid}.cpuprofile`), JSON.stringify(profile));
  return result;
}

/** One function and its share of a thread's busy time. */
export interface Held {
  readonly name: string;
  readonly place: string;
  /** Without what it called. */
  readonly share: number;
  /** With all that it called. */
  readonly whole: number;
}

/** Functions shown of one thread, of those that take longest themselves and with what they call. */
const SHOWN = 12;

/** Threads shown: the busiest. */
const THREADS = 2;

/** A thread this much less busy than the busiest says nothing. */
const BUSY_SHARE = 0.05;

/** A function that all others are below of says nothing. */
const WHOLE_MAX = 0.97;

/** Time that no function holds, a shard's sleep, and the profiler's own end. */
const RESTING = new Set(['(idle)', '(root)', 'park', 'pause', 'dispatch']);

/**
 * The busy time of a profile and who held it, longest first: all of it, or what follows the last
 * moment in one of the functions named. Units: microseconds.
 */
export function held(
  profile: CpuProfile,
  before: readonly string[] = [],
): { readonly busyUs: number; readonly by: Held[] } {
  const stackOf = stacksOf(profile);
  const isBefore = (id: number): boolean =>
    stackOf(id).some(({ functionName }) => before.includes(functionName));
  const { samples, timeDeltas } = profile;
  const from = before.length === 0 ? 0 : samples.findLastIndex(isBefore) + 1;
  const times = new Map<string, { name: string; place: string; us: number; wholeUs: number }>();
  let busyUs = 0;
  for (let index = from; index < samples.length; index++) {
    const stack = stackOf(samples[index]!);
    const [top] = stack;
    if (top === undefined || RESTING.has(top.functionName)) continue;
    const us = Math.max(0, timeDeltas[index] ?? 0);
    busyUs += us;
    const seen = new Set<string>();
    for (const frame of stack) {
      const name = frame.functionName || '(anonymous)';
      const place = frame.url === '' ? '' : `${fileOf(frame.url)}:${frame.lineNumber + 1}`;
      const key = `${name} ${place}`;
      const entry = times.get(key) ?? { name, place, us: 0, wholeUs: 0 };
      if (frame === top) entry.us += us;
      if (!seen.has(key)) entry.wholeUs += us;
      seen.add(key);
      times.set(key, entry);
    }
  }
  const by = [...times.values()].map(({ name, place, us, wholeUs }) => ({
    name,
    place,
    share: us / busyUs,
    whole: wholeUs / busyUs,
  }));
  return { busyUs, by: by.filter(({ name }) => !RESTING.has(name)).sort(byShare) };
}

/** The frames of a node and of those that called it, itself first. */
function stacksOf({ nodes }: CpuProfile): (id: number) => readonly Frame[] {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((at) => [at, id])));
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const known = new Map<number, readonly Frame[]>();
  return (id) => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const stack: Frame[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const frame = frames.get(at);
      if (frame !== undefined) stack.push(frame);
    }
    known.set(id, stack);
    return stack;
  };
}

function byShare(a: Held, b: Held): number {
  return b.share - a.share;
}

/** The path inside the tree, as every checkout has it. */
function fileOf(url: string): string {
  const path = url.replace(/^file:\/\//, '');
  return /(?:\/dist\/|\/node_modules\/)(.*)$/.exec(path)?.[1] ?? path.replace(/^.*\//, '');
}

/** The profiles of a folder as Markdown, the busiest threads first; see `held` for `before`. */
export function profileText(
  title: string,
  profiles: readonly CpuProfile[],
  before: readonly string[] = [],
): string {
  const threads = profiles.map((one) => held(one, before)).sort((a, b) => b.busyUs - a.busyUs);
  const busyUsMax = threads[0]?.busyUs ?? 0;
  const shown = threads.slice(0, THREADS).filter(({ busyUs }) => busyUs >= busyUsMax * BUSY_SHARE);
  const parts = shown.map(({ busyUs, by }, index) => {
    const callers = by.filter(({ place, whole }) => place !== '' && whole < WHOLE_MAX);
    callers.sort((a, b) => b.whole - a.whole);
    const head = `Thread ${index + 1}, busy for ${(busyUs / 1e6).toFixed(1)} s:`;
    return [
      head,
      table('itself', by, ({ share }) => share),
      table('with what it calls', callers, ({ whole }) => whole),
    ].join('\n\n');
  });
  const names = before.map((name) => `\`${name}\``).join(', ');
  const from = names === '' ? [] : [`Of each thread, what follows the last of ${names}.`];
  return `${[`# Profile: ${title}`, ...from, ...parts].join('\n\n')}\n`;
}

function table(title: string, by: readonly Held[], shareOf: (held: Held) => number): string {
  const rows = by
    .slice(0, SHOWN)
    .map((one) => [`${(shareOf(one) * 100).toFixed(1)} %`, `\`${one.name}\``, one.place]);
  return markdown([title, 'function', 'compiled file'], ['>', '-', '-'], rows);
}

/** Runs `use` with a folder for profiles and returns those that were written there. */
export async function withProfiles(
  use: (folder: string) => Promise<void>,
): Promise<readonly CpuProfile[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-profile-'));
  try {
    await use(folder);
    return (
      readdirSync(folder)
        .filter((file) => file.endsWith('.cpuprofile'))
        // JSON.parse gives any; V8 writes this type.
        .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile)
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
