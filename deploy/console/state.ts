// What the console shows and how a key changes it: plain data and pure functions.

import type {
  ActorInfo,
  AuditEntry,
  DeadLetter,
  QuarantinedMessage,
  ThreadsResponse,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import type { ActorLever } from '../roles/shard-messages.js';

/** Orders that the sort key goes through. */
export const SORTS = [
  'tree',
  'rate',
  'mailbox',
  'age',
  'restarts',
  'quarantined',
  'turns',
  'state',
  'address',
] as const;

/** Longest text to search for. Units: characters. */
const MATCH_MAX = 64;

/** What fills the screen. */
export type View = 'tree' | 'details' | 'quarantine' | 'letters' | 'threads' | 'audit' | 'help';

/** What is being typed for a lever, before the question. */
export interface Prompt {
  readonly kind: 'move' | 'log_level';
  readonly address: string;
  readonly shard: number;
  readonly text: string;
}

/** Longest text of a prompt. Units: characters. */
const PROMPT_MAX = 8;

/** A lever of the console. */
export type ConsoleLever =
  | { readonly kind: ActorLever; readonly address: string }
  | { readonly kind: 'move'; readonly address: string; readonly shard: number }
  | { readonly kind: 'drain'; readonly shard: number }
  | { readonly kind: 'log_level'; readonly target: string; readonly level: string }
  | { readonly kind: 'replay' | 'discard'; readonly message: string }
  | { readonly kind: 'profile'; readonly shard: number };

/** All of it. */
export interface ConsoleState {
  readonly address: string;
  readonly view: View;
  /** Position in `SORTS`. */
  readonly sort: number;
  readonly reverse: boolean;
  readonly match: string;
  readonly isSearching: boolean;
  /** First row shown, and the row selected on the screen. */
  readonly offset: number;
  readonly cursor: number;
  /** Rows that fit. */
  readonly rows: number;
  readonly actors: readonly ActorInfo[];
  readonly messages: readonly QuarantinedMessage[];
  readonly audit: readonly AuditEntry[];
  readonly letters: readonly DeadLetter[];
  /** What the threads were last said to do; undefined before. */
  readonly threads: ThreadsResponse | undefined;
  /** Rows that there are in the view, on all pages. */
  readonly total: number;
  /** First line shown of the details. */
  readonly scroll: number;
  readonly prompt: Prompt | undefined;
  /** A lever that waits for yes or no. */
  readonly asked: ConsoleLever | undefined;
  readonly status: string;
  readonly isGood: boolean;
}

/** What a key leads to beside the new state. */
export type Effect =
  | { readonly kind: 'none' | 'fetch' | 'quit' }
  | { readonly kind: 'pull'; readonly lever: ConsoleLever };

/** A state and what is to be done. */
export interface Step {
  readonly state: ConsoleState;
  readonly effect: Effect;
}

/** The state before anything is known. */
export function firstState(address: string, rows: number): ConsoleState {
  return {
    address,
    view: 'tree',
    sort: 0,
    reverse: false,
    match: '',
    isSearching: false,
    offset: 0,
    cursor: 0,
    rows,
    actors: [],
    messages: [],
    audit: [],
    letters: [],
    threads: undefined,
    total: 0,
    scroll: 0,
    prompt: undefined,
    asked: undefined,
    status: '',
    isGood: true,
  };
}

/** The actor selected, or shown in detail. */
export function selectedActor({ actors, cursor }: ConsoleState): ActorInfo | undefined {
  return actors[cursor];
}

/** Changes the state as a key says: a character, or a name such as `down`. */
export function press(state: ConsoleState, key: string): Step {
  if (key === 'ctrl-c') return { state, effect: { kind: 'quit' } };
  if (state.asked !== undefined) return confirm(state, state.asked, key);
  if (state.prompt !== undefined) return type(state, state.prompt, key);
  if (state.isSearching) return search(state, key);
  const moved = move(state, key);
  if (moved !== undefined) return { state: moved, effect: { kind: 'fetch' } };
  switch (key) {
    case 'q':
    case 'escape':
      return state.view === 'tree' && key === 'q'
        ? { state, effect: { kind: 'quit' } }
        : show(state, 'tree');
    case '?':
      return show(state, 'help');
    case 'm':
      return show(state, 'quarantine');
    case 'a':
      return show(state, 'audit');
    case 'l':
      return show(state, 'letters');
    case 't':
      return show(state, 'threads');
    case 'enter':
      return state.view === 'tree' && selectedActor(state) !== undefined
        ? stay({ ...state, view: 'details', scroll: 0 })
        : stay(state);
    default:
      return state.view === 'quarantine' ? pressOnMessage(state, key) : pressOnActor(state, key);
  }
}

function stay(state: ConsoleState): Step {
  return { state, effect: { kind: 'none' } };
}

function show(state: ConsoleState, view: View): Step {
  // Back from the details the list is where it was.
  const place = state.view === 'details' ? {} : { offset: 0, cursor: 0 };
  const next = { ...state, ...place, view, scroll: 0, status: '', total: 0 };
  return { state: next, effect: { kind: 'fetch' } };
}

function confirm(state: ConsoleState, lever: ConsoleLever, key: string): Step {
  const answered = { ...state, asked: undefined };
  if (key !== 'y') return stay({ ...answered, status: 'nothing was done', isGood: true });
  return {
    state: { ...answered, status: `${lever.kind} ...`, isGood: true },
    effect: { kind: 'pull', lever },
  };
}

/** Types a shard's number or a level; the question follows. */
function type(state: ConsoleState, prompt: Prompt, key: string): Step {
  const closed = { ...state, prompt: undefined };
  const { kind, address, shard, text } = prompt;
  if (key === 'escape') return stay({ ...closed, status: 'nothing was done', isGood: true });
  if (key === 'enter') {
    if (text === '') return stay(closed);
    return kind === 'move'
      ? ask(closed, { kind, address, shard: Number(text) })
      : ask(closed, { kind, target: `shard/${shard}`, level: text });
  }
  const typed = kind === 'move' ? /^\d$/ : /^[a-z]$/;
  const next = key === 'backspace' ? text.slice(0, -1) : typed.test(key) ? text + key : text;
  return stay({ ...state, prompt: { ...prompt, text: next.slice(0, PROMPT_MAX) } });
}

function search(state: ConsoleState, key: string): Step {
  const first = { offset: 0, cursor: 0 };
  const fetch = { kind: 'fetch' } as const;
  if (key === 'enter') return { state: { ...state, isSearching: false }, effect: fetch };
  if (key === 'escape') {
    return { state: { ...state, ...first, isSearching: false, match: '' }, effect: fetch };
  }
  const match =
    key === 'backspace'
      ? state.match.slice(0, -1)
      : key.length === 1
        ? (state.match + key).slice(0, MATCH_MAX)
        : state.match;
  return { state: { ...state, ...first, match }, effect: fetch };
}

/** Moves the selection, or the text of the details; undefined for a key that moves nothing. */
function move(state: ConsoleState, key: string): ConsoleState | undefined {
  const { rows, offset, cursor, total } = state;
  const steps: Readonly<Record<string, number>> = {
    up: -1,
    k: -1,
    down: 1,
    j: 1,
    'page-up': -rows,
    'page-down': rows,
    home: -total,
    end: total,
  };
  const by = Object.hasOwn(steps, key) ? steps[key]! : 0;
  if (by === 0) return undefined;
  if (state.view === 'details') return { ...state, scroll: Math.max(0, state.scroll + by) };
  const at = Math.max(0, Math.min(total - 1, offset + cursor + by));
  const first = Math.abs(by) >= rows ? offset + by : offset;
  const lowest = Math.max(0, Math.min(first, at, total - rows));
  const nextOffset = Math.max(lowest, at - rows + 1);
  return { ...state, offset: nextOffset, cursor: at - nextOffset };
}

function pressOnActor(state: ConsoleState, key: string): Step {
  const first = { offset: 0, cursor: 0 };
  const fetch = { kind: 'fetch' } as const;
  if (state.view === 'tree') {
    switch (key) {
      case '/':
        return stay({ ...state, isSearching: true });
      case 's':
        return {
          state: { ...state, ...first, sort: (state.sort + 1) % SORTS.length },
          effect: fetch,
        };
      case 'S':
        return { state: { ...state, ...first, reverse: !state.reverse }, effect: fetch };
    }
  }
  const actor = selectedActor(state);
  if (actor === undefined || (state.view !== 'tree' && state.view !== 'details')) {
    return stay(state);
  }
  const { address, shard } = actor;
  if (key === 'c') return ask(state, { kind: 'profile', shard });
  if (key === 'D') return ask(state, { kind: 'drain', shard });
  if (key === 'v' || key === 'L') {
    const kind = key === 'v' ? 'move' : 'log_level';
    return stay({ ...state, prompt: { kind, address, shard, text: '' } });
  }
  const kind = LEVER_KEYS[key];
  return kind === undefined ? stay(state) : ask(state, { kind, address });
}

/** Keys of the levers on an actor. */
const LEVER_KEYS: Readonly<Record<string, ActorLever>> = {
  r: 'restart',
  x: 'stop',
  h: 'suspend',
  g: 'resume',
  p: 'passivate',
};

function pressOnMessage(state: ConsoleState, key: string): Step {
  const message = state.messages[state.cursor]?.id;
  if (message === undefined) return stay(state);
  if (key === 'r') return ask(state, { kind: 'replay', message });
  if (key === 'd') return ask(state, { kind: 'discard', message });
  return stay(state);
}

function ask(state: ConsoleState, asked: ConsoleLever): Step {
  return stay({ ...state, asked });
}
