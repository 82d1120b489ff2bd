// Draws the console's state as lines of text: as wide and high as the terminal, never more.

import type { ActorInfo } from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import { memoryLines, routeLines, threadCells } from '../cli/thread-text.js';
import { type ConsoleLever, type ConsoleState, SORTS, selectedActor } from './state.js';

/** A drawing: lines without control characters, and how each is to be shown. */
export interface Line {
  readonly text: string;
  readonly look: 'plain' | 'bar' | 'heads' | 'selected' | 'bad' | 'good' | 'soft';
}

/** Lines around the rows: title, heads, status, keys. */
export const FRAME_LINES = 4;

/** Smallest terminal that is drawn for. */
const COLUMNS_MIN = 40;

/** Columns behind the address: head, width, value. */
const COLUMNS: readonly (readonly [string, number, (actor: ActorInfo) => string])[] = [
  ['state', 10, ({ state }) => state],
  ['sh', -2, ({ shard }) => String(shard)],
  ['mailbox', -7, ({ mailbox }) => String(mailbox)],
  ['age', -5, ({ mailboxAgeMs }) => (mailboxAgeMs === 0 ? '' : age(mailboxAgeMs))],
  ['turns/s', -8, ({ turnsPerSecond }) => Math.round(turnsPerSecond).toLocaleString('en-US')],
  ['p99 us', -6, ({ turnUsP99 }) => (turnUsP99 === 0 ? '' : String(turnUsP99))],
  ['rest', -4, ({ restarts }) => String(restarts)],
  ['aside', -5, ({ quarantined }) => (quarantined === 0 ? '' : String(quarantined))],
];

const HELP = [
  'up down j k    select              pgup pgdn home end   page',
  '/              search addresses    esc                  search off, back',
  's S            next order, turned  enter                details of the selected',
  '',
  'on an actor, after a question:',
  'r   restart; its state comes back (a stopped or passive one starts)',
  'x   stop until it is restarted     h   hold: its messages wait',
  'g   let a held one go on           p   take it out of memory',
  'v   move it to another shard       D   drain its shard to the others',
  'c   take a CPU profile of its shard into the data directory',
  'L   change what its shard logs: off, error, warn, info, debug',
  '',
  'm   messages put aside: r replay, d discard        l   dead letters',
  't   messages between threads       a   the record of levers',
  'q   back, quit',
];

/** Draws a state on a terminal of a size. Shape: `height` lines of at most `width` characters. */
export function drawFrame(state: ConsoleState, width: number, height: number): Line[] {
  const columns = Math.max(COLUMNS_MIN, width);
  const rows = Math.max(1, height - FRAME_LINES);
  const body = bodyOf(state, columns, rows);
  const lines: Line[] = [
    { text: titleOf(state, columns), look: 'bar' },
    ...body.slice(0, rows + 1),
    ...Array.from({ length: Math.max(0, rows + 1 - body.length) }, () => plain('')),
    statusOf(state),
    { text: keysOf(state), look: 'soft' },
  ];
  return lines.slice(0, height).map(({ text, look }) => ({ look, text: fit(text, width) }));
}

function plain(text: string): Line {
  return { text, look: 'plain' };
}

/** Cuts to a width; control characters, which a failure's text may hold, become spaces. */
function fit(text: string, width: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ').slice(0, Math.max(0, width));
}

function titleOf(state: ConsoleState, columns: number): string {
  const { address, offset, total, sort, reverse, match, view } = state;
  if (view === 'help') return ` sluice ${address}  keys`.padEnd(columns);
  const [shown, what] = listed(state);
  const count = shown.length;
  const range = total === 0 ? `no ${what}` : `${offset + 1}-${offset + count} of ${total} ${what}`;
  const order = view === 'tree' ? `  by ${SORTS[sort]}${reverse ? ', turned' : ''}` : '';
  const found = view !== 'tree' || match === '' ? '' : `  /${match}`;
  return ` sluice ${address}  ${range}${order}${found}`.padEnd(columns);
}

/** What is counted in the title, and its name. */
function listed(state: ConsoleState): readonly [readonly unknown[], string] {
  switch (state.view) {
    case 'audit':
      return [state.audit, 'levers'];
    case 'quarantine':
      return [state.messages, 'messages put aside'];
    case 'letters':
      return [state.letters, 'dead letters'];
    case 'threads':
      return [state.threads?.threads ?? [], 'threads'];
    default:
      return [state.actors, 'actors'];
  }
}

function bodyOf(state: ConsoleState, columns: number, rows: number): Line[] {
  switch (state.view) {
    case 'tree':
      return treeOf(state, columns);
    case 'details':
      return detailsOf(state, columns, rows);
    case 'quarantine':
      return listOf(state, ['id'.padEnd(9), 'address'.padEnd(26), 'kind, last failure'], () =>
        state.messages.map(({ id, address, kind, failures }) => [
          id.padEnd(9),
          address.slice(0, 26).padEnd(26),
          `${kind}: ${firstLine(failures.at(-1) ?? '')}`,
        ]),
      );
    case 'letters':
      return listOf(state, ['time'.padEnd(19), 'address'.padEnd(26), 'reason: kind'], () =>
        state.letters.map(({ timeUs, address, code, kind }) => [
          new Date(timeUs / 1000).toISOString().slice(0, 19),
          address.slice(0, 26).padEnd(26),
          `${code}: ${kind}`,
        ]),
      );
    case 'threads':
      return threadsOf(state);
    case 'audit':
      return listOf(
        state,
        ['when'.padEnd(19), 'by'.padEnd(9), 'lever'.padEnd(9), 'outcome'.padEnd(8), 'target'],
        () =>
          state.audit.map(({ askedUs, by, lever, outcome, target, code }) => [
            new Date(askedUs / 1000).toISOString().slice(0, 19),
            by.slice(0, 9).padEnd(9),
            lever.padEnd(9),
            outcome.padEnd(8),
            `${target} ${code}`,
          ]),
      );
    case 'help':
      return [plain(''), ...HELP.map((text) => plain(` ${text}`))];
  }
}

function treeOf(state: ConsoleState, columns: number): Line[] {
  const taken = COLUMNS.reduce((sum, [, width]) => sum + Math.abs(width) + 1, 0);
  const addressWidth = Math.max(12, columns - taken);
  const heads = [
    'address'.padEnd(addressWidth),
    ...COLUMNS.map(([name, width]) => pad(name, width)),
  ];
  return [
    { text: heads.join(' '), look: 'heads' },
    ...state.actors.map((actor, index): Line => {
      const indent = state.sort === 0 && state.match === '' ? '  '.repeat(actor.depth) : '';
      const address = cut(`${indent}${actor.address}`, addressWidth).padEnd(addressWidth);
      const cells = COLUMNS.map(([, width, value]) => pad(value(actor), width));
      const isWell = actor.state === 'running' || actor.state === 'passive';
      const look = index === state.cursor ? 'selected' : isWell ? 'plain' : 'bad';
      return { text: [address, ...cells].join(' '), look };
    }),
  ];
}

function listOf(state: ConsoleState, heads: readonly string[], rowsOf: () => string[][]): Line[] {
  const rows = rowsOf().map((cells, index): Line => {
    return { text: cells.join(' '), look: index === state.cursor ? 'selected' : 'plain' };
  });
  const none: Line = { text: 'none', look: 'soft' };
  return [{ text: heads.join(' '), look: 'heads' }, ...(rows.length === 0 ? [none] : rows)];
}

/** Widths of the columns of threads. */
const THREAD_WIDTHS = [5, 10, 4, 10, 8, 14, 7];

/** Two rows a thread, and below them what is said between actors. */
function threadsOf({ threads }: ConsoleState): Line[] {
  if (threads === undefined) return [];
  const [heads = '', ...rows] = threadCells(threads).map((cells) =>
    cells.map((cell, column) => String(cell).padEnd(THREAD_WIDTHS[column] ?? 0)).join(' '),
  );
  return [
    { text: heads, look: 'heads' },
    ...[...rows, ...routeLines(threads), ...memoryLines(threads)].map((text) => plain(text)),
  ];
}

function detailsOf(state: ConsoleState, columns: number, rows: number): Line[] {
  const actor = selectedActor(state);
  if (actor === undefined) return [{ text: 'this actor is not there any more', look: 'bad' }];
  const figures = [
    ['state', actor.state],
    ['shard', String(actor.shard)],
    ['parent', actor.parent],
    ['mailbox', `${actor.mailbox} waiting, for ${age(actor.mailboxAgeMs)}`],
    ['turns', `${actor.turns}, ${actor.turnsPerSecond.toFixed(1)} a second`],
    ['turn p99', actor.turnUsP99 === 0 ? 'not measured' : `${actor.turnUsP99} us`],
    ['restarts', String(actor.restarts)],
    ['put aside', `${actor.quarantined} messages`],
  ].map(([name = '', value = '']) => plain(` ${name.padEnd(10)} ${value}`));
  const failure = actor.lastFailure === '' ? ['none'] : actor.lastFailure.split('\n');
  const wrapped = failure.flatMap((line) => wrap(line, columns - 2));
  const lines: Line[] = [
    ...figures,
    { text: ' last failure', look: 'heads' },
    ...wrapped.map((text, index): Line => {
      return { text: ` ${text}`, look: index === 0 && text !== 'none' ? 'bad' : 'plain' };
    }),
  ];
  const scroll = Math.min(state.scroll, Math.max(0, lines.length - rows));
  return [{ text: ` ${actor.address}`, look: 'heads' }, ...lines.slice(scroll)];
}

function statusOf(state: ConsoleState): Line {
  if (state.asked !== undefined) {
    return { text: ` ${question(state.asked)} [y/n]`, look: 'selected' };
  }
  if (state.prompt !== undefined) {
    const { kind, address, shard, text } = state.prompt;
    const what = kind === 'move' ? `move ${address} to shard` : `shard ${shard} logs at level`;
    return { text: ` ${what}: ${text}_`, look: 'selected' };
  }
  if (state.isSearching) return { text: ` search: ${state.match}_`, look: 'selected' };
  return { text: ` ${state.status}`, look: state.isGood ? 'good' : 'bad' };
}

function question(lever: ConsoleLever): string {
  if ('message' in lever) return `${lever.kind} message ${lever.message}?`;
  if (lever.kind === 'move') return `move ${lever.address} to shard ${lever.shard}?`;
  if (lever.kind === 'drain') return `drain shard ${lever.shard}? Its actors go to the others.`;
  if (lever.kind === 'log_level') return `${lever.target} logs everything at ${lever.level}?`;
  if ('shard' in lever) return `profile shard ${lever.shard} for 5 seconds?`;
  const isWhole = lever.kind === 'restart' && /^(shard|symbol)\//.test(lever.address);
  return `${lever.kind} ${lever.address}?${isWhole ? ' Its whole shard restarts.' : ''}`;
}

function keysOf({ view, isSearching, prompt, asked }: ConsoleState): string {
  if (asked !== undefined) return ' y yes  n no';
  if (prompt !== undefined) return ' enter go on  esc leave it';
  if (isSearching) return ' enter keep  esc off';
  switch (view) {
    case 'tree':
      return ' / find s sort r restart x stop h hold g go p passivate v move D drain m l t a ? q';
    case 'details':
      return ' r restart x stop h hold g go p passivate v move D drain c profile  esc back';
    case 'quarantine':
      return ' r replay  d discard  esc back';
    default:
      return ' esc back';
  }
}

/** Pads to the right for a positive width, to the left for a negative one. */
function pad(text: string, width: number): string {
  return width < 0 ? cut(text, -width).padStart(-width) : cut(text, width).padEnd(width);
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}~`;
}

function wrap(text: string, width: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at === 0 || at < text.length; at += width)
    parts.push(text.slice(at, at + width));
  return parts;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

function age(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)}s`;
  if (ms < 600_000) return `${Math.round(ms / 1000)}s`;
  return `${Math.round(ms / 60_000)}m`;
}
