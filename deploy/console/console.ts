// `sluice console`: the live tree of a running system in the terminal, with its levers.

import { create } from '@bufbuild/protobuf';
import { Fault, type GrpcClient } from '../../engine/index.js';
import {
  ActorRequestSchema,
  type ActorResponse,
  AuditRequestSchema,
  DeadLettersRequestSchema,
  DrainRequestSchema,
  LogLevelRequestSchema,
  MessageRequestSchema,
  MoveRequestSchema,
  ProfileRequestSchema,
  QuarantineRequestSchema,
  Supervision,
  ThreadsRequestSchema,
  TreeRequestSchema,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import { whoami } from '../cli/actor-levers.js';
import { type AskOptions, openClient } from '../cli/ask.js';
import { drawFrame, FRAME_LINES } from './frame.js';
import { type ConsoleLever, type ConsoleState, firstState, press, SORTS } from './state.js';
import { type Terminal, takeTerminal } from './terminal.js';

/** Time between two looks at the system. Units: milliseconds. */
const LOOK_MS = 1_000;

/** Longest wait for an answer: a profile takes five seconds. Units: milliseconds. */
const DEADLINE_MS = 20_000;

/** Size of the one frame where there is no terminal to ask. */
const PLAIN = { width: 80, height: 24 };

/** Seconds of a profile from the console. */
const PROFILE_SECONDS = 5;

/** Flags of `console`. */
export interface ConsoleOptions extends AskOptions {
  readonly once?: boolean;
  readonly match: string;
  readonly sort: string;
}

type Client = GrpcClient<typeof Supervision>;

/** Runs the command. Errors: `console.no_terminal`, `flag.invalid`, `grpc.*` with `--once`. */
export async function runConsole(options: ConsoleOptions): Promise<void> {
  const { client, address } = openClient(Supervision, options, DEADLINE_MS);
  const sort = SORTS.indexOf(options.sort as (typeof SORTS)[number]);
  if (sort < 0) {
    client.close();
    const text = `--sort: expected one of ${SORTS.join(', ')}, was "${options.sort.slice(0, 32)}"`;
    throw new Fault('flag.invalid', text);
  }
  const { match } = options;
  try {
    const height = process.stdout.rows ?? PLAIN.height;
    const first = { ...firstState(address, height - FRAME_LINES), match, sort };
    if (options.once === true) await printOnce(client, first, height);
    else await live(client, first);
  } finally {
    client.close();
  }
}

async function printOnce(client: Client, first: ConsoleState, height: number): Promise<void> {
  // Rates are of two looks.
  await look(client, first);
  await new Promise((resolve) => {
    setTimeout(resolve, LOOK_MS);
  });
  const state = { ...first, ...(await look(client, first)) };
  const lines = drawFrame(state, process.stdout.columns ?? PLAIN.width, height);
  process.stdout.write(`${lines.map(({ text }) => text.trimEnd()).join('\n')}\n`);
}

function live(client: Client, first: ConsoleState): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    const text = 'expected a terminal, there is none; sluice console --once prints one frame';
    throw new Fault('console.no_terminal', text);
  }
  return new Promise((resolve) => {
    const session = new Session(client, first, resolve);
    session.begin();
  });
}

/** A console that is in use. */
class Session {
  readonly #client: Client;
  readonly #onEnd: () => void;
  readonly #end = (): void => this.#quit();
  #state: ConsoleState;
  #terminal: Terminal | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  /** What is shown has changed since the look under way began. */
  #isStale = false;

  constructor(client: Client, first: ConsoleState, onEnd: () => void) {
    this.#client = client;
    this.#state = first;
    this.#onEnd = onEnd;
  }

  begin(): void {
    this.#terminal = takeTerminal(
      (key) => this.#press(key),
      () => this.#resize(),
    );
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, this.#end);
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
    this.#resize();
  }

  #quit(): void {
    clearInterval(this.#timer);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, this.#end);
    this.#terminal?.restore();
    this.#terminal = undefined;
    this.#onEnd();
  }

  #resize(): void {
    const rows = Math.max(1, (this.#terminal?.height ?? PLAIN.height) - FRAME_LINES);
    this.#state = { ...this.#state, rows, cursor: Math.min(this.#state.cursor, rows - 1) };
    this.#draw();
    void this.#look();
  }

  #press(key: string): void {
    const { state, effect } = press(this.#state, key);
    this.#state = state;
    this.#draw();
    switch (effect.kind) {
      case 'quit':
        this.#quit();
        break;
      case 'fetch':
        void this.#look();
        break;
      case 'pull':
        void this.#pull(effect.lever);
        break;
      case 'none':
        break;
    }
  }

  /** Looks at the system; at most one look is under way. */
  async #look(): Promise<void> {
    this.#isStale = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    while (this.#isStale && this.#terminal !== undefined) {
      this.#isStale = false;
      try {
        const asked = this.#state;
        const seen = await look(this.#client, asked);
        // Another page was asked for meanwhile: what came would be shown in its place.
        if (asked.view !== this.#state.view || asked.offset !== this.#state.offset) {
          this.#isStale = true;
          continue;
        }
        const wasAway = this.#state.status.startsWith(AWAY);
        this.#state = { ...this.#state, ...seen, ...(wasAway ? { status: '' } : {}) };
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        this.#state = { ...this.#state, status: `${AWAY}: ${text}`, isGood: false };
      }
      this.#draw();
    }
    this.#isLooking = false;
  }

  async #pull(lever: ConsoleLever): Promise<void> {
    try {
      const { accepted, code, text } = await pull(this.#client, lever);
      const status = accepted ? text : `${code}: ${text}`;
      this.#state = { ...this.#state, status, isGood: accepted };
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.#state = { ...this.#state, status: text, isGood: false };
    }
    this.#draw();
    await this.#look();
  }

  #draw(): void {
    const terminal = this.#terminal;
    terminal?.draw(drawFrame(this.#state, terminal.width, terminal.height));
  }
}

/** Begin of the status while nobody answers. */
const AWAY = 'no answer';

/** What the system says of the page that is shown. */
async function look(client: Client, state: ConsoleState): Promise<Partial<ConsoleState>> {
  const page = { limit: state.rows, offset: state.offset };
  switch (state.view) {
    case 'tree': {
      const { sort, reverse, match } = state;
      const request = { ...page, sort: SORTS[sort] ?? 'tree', reverse, match };
      const { actors, total } = await client.call('tree', create(TreeRequestSchema, request));
      return { actors, total, cursor: Math.max(0, Math.min(state.cursor, actors.length - 1)) };
    }
    case 'details': {
      const address = state.actors[state.cursor]?.address ?? '';
      const request = create(TreeRequestSchema, { below: address, limit: 1 });
      const { actors } = await client.call('tree', request);
      return actors.length === 0 ? {} : { actors: state.actors.with(state.cursor, actors[0]!) };
    }
    case 'quarantine': {
      const request = create(QuarantineRequestSchema, page);
      const { messages, total } = await client.call('quarantine', request);
      return { messages, total };
    }
    case 'letters': {
      const request = create(DeadLettersRequestSchema, page);
      const { letters, total } = await client.call('deadLetters', request);
      return { letters, total };
    }
    case 'threads': {
      const threads = await client.call('threads', create(ThreadsRequestSchema));
      return { threads, total: threads.threads.length };
    }
    case 'audit': {
      const { entries, total } = await client.call('audit', create(AuditRequestSchema, page));
      return { audit: entries, total };
    }
    case 'help':
      return {};
  }
}

function pull(client: Client, lever: ConsoleLever): Promise<ActorResponse> {
  const by = whoami();
  const reason = 'console';
  if ('message' in lever) {
    const request = create(MessageRequestSchema, { id: lever.message, by, reason });
    return client.call(lever.kind, request);
  }
  if (lever.kind === 'move') {
    const { address, shard } = lever;
    return client.call('move', create(MoveRequestSchema, { address, shard, by, reason }));
  }
  if (lever.kind === 'drain') {
    return client.call('drain', create(DrainRequestSchema, { shard: lever.shard, by, reason }));
  }
  if (lever.kind === 'log_level') {
    const { target, level } = lever;
    const request = create(LogLevelRequestSchema, { target, level, by, reason });
    return client.call('setLogLevel', request);
  }
  if ('address' in lever) {
    const request = create(ActorRequestSchema, { address: lever.address, by, reason });
    return client.call(lever.kind, request);
  }
  const { shard } = lever;
  const request = { shard, seconds: PROFILE_SECONDS, by, reason };
  return client.call('profile', create(ProfileRequestSchema, request));
}
