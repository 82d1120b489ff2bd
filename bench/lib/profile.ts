// Where a benchmark's time goes: the functions that hold a thread longest, out of V8's profiles.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markdown } from './table.js';

/** The part of a `.cpuprofile` file that is read. Source: Chrome DevTools protocol, Profiler. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
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

/** One function and its share of a thread's busy time, itself without what it called. */
export interface Held {
  readonly name: string;
  readonly place: string;
  readonly share: number;
}

/** Functions shown of one thread. */
const SHOWN = 12;

/** Threads shown: the busiest. */
const THREADS = 2;

/** Time that no function holds, a shard's sleep, and the profiler's own end. */
const RESTING = new Set(['(idle)', '(root)', 'park', 'pause', 'dispatch']);

/** The busy time of a profile and who held it, longest first. Units: microseconds. */
export function held(profile: CpuProfile): { readonly busyUs: number; readonly by: Held[] } {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, { name: string; place: string; us: number }>();
  let busyUs = 0;
  profile.samples.forEach((id, index) => {
    const frame = frames.get(id);
    if (frame === undefined || RESTING.has(frame.functionName)) return;
    const us = Math.max(0, profile.timeDeltas[index] ?? 0);
    const name = frame.functionName || '(anonymous)';
    const place = frame.url === '' ? '' : `${fileOf(frame.url)}:${frame.lineNumber + 1}`;
    const entry = times.get(`${name} ${place}`) ?? { name, place, us: 0 };
    entry.us += us;
    busyUs += us;
    times.set(`${name} ${place}`, entry);
  });
  const sorted = [...times.values()].sort((a, b) => b.us - a.us);
  return { busyUs, by: sorted.map(({ name, place, us }) => ({ name, place, share: us / busyUs })) };
}

/** The path inside the tree, as every checkout has it. */
function fileOf(url: string): string {
  const path = url.replace(/^file:\/\//, '');
  return /(?:\/dist\/|\/node_modules\/)(.*)$/.exec(path)?.[1] ?? path.replace(/^.*\//, '');
}

/** The profiles of a folder as Markdown, the busiest threads first. */
export function profileText(title: string, profiles: readonly CpuProfile[]): string {
  const threads = profiles.map(held).sort((a, b) => b.busyUs - a.busyUs);
  const parts = threads.slice(0, THREADS).map(({ busyUs, by }, index) => {
    const rows = by
      .slice(0, SHOWN)
      .map(({ name, place, share }) => [`${(share * 100).toFixed(1)} %`, `\`${name}\``, place]);
    const head = `Thread ${index + 1}, busy for ${(busyUs / 1e6).toFixed(1)} s:`;
    return `${head}\n\n${markdown(['itself', 'function', 'compiled file'], ['>', '-', '-'], rows)}`;
  });
  return `# Profile: ${title}\n\n${parts.join('\n\n')}\n`;
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
