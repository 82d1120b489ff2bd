// The tables of the benchmarks' README, as Markdown.

import type { Goal, PeerGoal } from '../goals/goal.js';
import { subjectOf } from './case.js';
import { short } from './number-text.js';
import type { Figure, Results } from './results.js';
import type { Better } from './statistics.js';

/** How many times as good a figure is as another. */
export function timesAsGood(own: number, other: number, better: Better): number {
  return better === 'higher' ? own / other : other / own;
}

/** Whether a figure reaches a target. */
export function isMet(value: number, target: number, better: Better): boolean {
  return better === 'higher' ? value >= target : value <= target;
}

/** One row a goal: what was seen, against whom, whether that is enough and what bounds it. */
export function goalTable(
  goals: readonly Goal[],
  results: Results,
  profiled: ReadonlySet<string> = new Set(),
): string {
  return goalRows(goals, results, 'bounded by', ({ id, bounds }) => {
    const name = id.slice(0, id.lastIndexOf('.'));
    return `${bounds}${profiled.has(name) ? ` ([profile](profiles/${name}.md))` : ''}`;
  });
}

/** The same for a machine beside the first: with the commit instead of what bounds a figure. */
export function seenTable(goals: readonly Goal[], results: Results): string {
  return goalRows(goals, results, 'commit', (_goal, figure) => figure?.revision ?? '');
}

function goalRows(
  goals: readonly Goal[],
  { figures }: Results,
  last: string,
  lastOf: (goal: Goal, figure: Figure | undefined) => string,
): string {
  const byId = new Map(figures.map((figure) => [figure.id, figure]));
  const rows = goals.map((goal) => {
    const figure = byId.get(goal.id);
    if (figure === undefined) return [goal.what, 'not measured', '', '', lastOf(goal, figure)];
    const peers = (goal.peers ?? []).map((peer) => against(figure, peer, byId.get(peer.id)));
    const verdict = verdictOf(
      goal,
      figure,
      peers.map(({ isEnough }) => isEnough),
    );
    const seen = `${short(figure.p50)} ${figure.unit}${robbed(figure)}`;
    const texts = peers.map(({ text }) => text).join(', ');
    return [goal.what, seen, texts, verdict, lastOf(goal, figure)];
  });
  return markdown(['goal', 'seen', 'against peers', 'met', last], ['-', '>', '-', '-', '-'], rows);
}

/** What a figure says of a host that took part of the processor; nothing where it took little. */
function robbed({ stolen = 0 }: Figure): string {
  return stolen < 1 ? '' : ` (${stolen.toFixed(0)} % stolen)`;
}

interface Against {
  readonly text: string;
  /** Undefined where a peer that was asked for is not here to tell. */
  readonly isEnough: boolean | undefined;
}

function against(figure: Figure, peer: PeerGoal, other: Figure | undefined): Against {
  const asked = peer.times === undefined ? '' : ` (asked ${peer.times} x)`;
  if (other === undefined) {
    const text = `${peer.name} not measured${asked}`;
    return { text, isEnough: peer.times === undefined ? true : undefined };
  }
  const times = timesAsGood(figure.p50, other.p50, figure.better);
  const text = `${short(times)} x ${peer.name}${asked}`;
  return { text, isEnough: peer.times === undefined || times >= peer.times };
}

function verdictOf(
  goal: Goal,
  { p50 }: Figure,
  peersEnough: readonly (boolean | undefined)[],
): string {
  if (!isMet(p50, goal.target, goal.better)) {
    const times = timesAsGood(goal.target, p50, goal.better);
    return `no, ${short(times)} x is missing`;
  }
  if (peersEnough.includes(false)) return 'not against every peer';
  if (!peersEnough.includes(undefined)) return 'yes';
  return peersEnough.includes(true) ? 'yes, of the peers measured' : 'no peer measured';
}

/** One row a figure, subjects together, ours against each peer of its subject. */
export function figureTable({ figures, notes }: Results): string {
  const rows = figures.map((figure) => {
    const own = ownOf(figure, figures);
    const times = timesAsGood(own.p50, figure.p50, figure.better);
    return [
      figure.title,
      partOf(figure.id),
      short(figure.p50),
      `${short(figure.min)} to ${short(figure.max)}`,
      short(figure.p99),
      figure.unit,
      figure.isPeer ? `${short(times)} x` : '',
      `${figure.rounds}, ${figure.revision}${robbed(figure)}`,
    ];
  });
  const head = [
    'benchmark',
    'figure',
    'median',
    'range',
    'p99',
    'unit',
    'ours is',
    'rounds, commit',
  ];
  const table = markdown(head, ['-', '-', '>', '>', '>', '-', '>', '-'], rows);
  const told = Object.entries(notes).map(([name, why]) => `- \`${name}\`: ${firstLine(why)}`);
  return told.length === 0
    ? table
    : `${table}\n\nWithout figures, or with fewer:\n\n${told.join('\n')}`;
}

/** The first contender's figure of the same subject and part. */
function ownOf(figure: Figure, figures: readonly Figure[]): Figure {
  return (
    figures.find(
      ({ id }) => subjectOf(id) === subjectOf(figure.id) && partOf(id) === partOf(figure.id),
    ) ?? figure
  );
}

function partOf(id: string): string {
  return id.slice(id.lastIndexOf('.') + 1);
}

function firstLine(text: string): string {
  return text.split('\n')[0]!.replaceAll('|', '/');
}

/** A table; `>` aligns a column to the right. */
export function markdown(
  head: readonly string[],
  align: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const rule = align.map((side) => (side === '>' ? '---:' : '---'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
