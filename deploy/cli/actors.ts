// `sluice actors`: the tree of a running system, its levers, its quarantine, the record of levers.

import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { create, toJson } from '@bufbuild/protobuf';
import { Fault, Journal } from '../../engine/index.js';
import {
  ActorRequestSchema,
  type ActorResponse,
  ActorResponseSchema,
  type AuditEntry,
  AuditRequestSchema,
  type AuditResponse,
  AuditResponseSchema,
  DeadLettersRequestSchema,
  DeadLettersResponseSchema,
  DrainRequestSchema,
  LogLevelRequestSchema,
  LogLevelsRequestSchema,
  LogLevelsResponseSchema,
  MessageRequestSchema,
  MoveRequestSchema,
  ProfileRequestSchema,
  QuarantineRequestSchema,
  QuarantineResponseSchema,
  Supervision,
  ThreadsRequestSchema,
  ThreadsResponseSchema,
  TreeRequestSchema,
  TreeResponseSchema,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import { readAudit } from '../app/lever-audit.js';
import { wholeFlag } from '../app/settings.js';
import type { ActorLever } from '../roles/shard-messages.js';
import { type AskOptions, askSystem, type ViewOptions } from './ask.js';
import { EXIT, print, say, table } from './output.js';
import { routeLines, threadCells } from './thread-text.js';

/** Time for the answer of a profile beyond its length. Units: milliseconds. */
const PROFILE_EXTRA_MS = 10_000;

/** Time for the answer of a move: shards have ten seconds to come to rest. Units: milliseconds. */
const MOVE_MS = 15_000;

/** Flags of `actors tree`. */
export interface TreeOptions extends AskOptions {
  readonly match: string;
  readonly sort: string;
  readonly state: string;
  readonly limit: string;
  readonly offset: string;
}

/** Flags of levers. */
export interface LeverOptions extends AskOptions {
  /** Why, for the record. */
  readonly reason?: string;
}

/** Who pulls the levers of this process, for the record. */
export function whoami(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the system's list has no name.
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** `actors tree`. Errors: `flag.invalid`, `grpc.*`. */
export async function actorsTree(options: TreeOptions): Promise<void> {
  const { match, sort, state } = options;
  const limit = wholeFlag('--limit', options.limit, 1, 10_000);
  const offset = wholeFlag('--offset', options.offset, 0, 1_000_000_000);
  const request = create(TreeRequestSchema, { match, sort, state, limit, offset });
  const tree = await askSystem(Supervision, options, (client) => client.call('tree', request));
  print(toJson(TreeResponseSchema, tree), options.json === true, () =>
    [
      table([
        ['address', 'state', 'shard', 'mailbox', 'turns', 'turns/s', 'restarts', 'aside'],
        ...tree.actors.map((a) => [
          a.address,
          a.state,
          a.shard,
          a.mailbox,
          Number(a.turns),
          Math.round(a.turnsPerSecond),
          a.restarts,
          a.quarantined,
        ]),
      ]),
      `${tree.actors.length} of ${tree.total} actors`,
    ].join('\n'),
  );
}

/** `actors restart ADDRESS` and its like. Errors: those of the lever. */
export async function actorsLever(
  lever: ActorLever,
  address: string,
  options: LeverOptions,
): Promise<void> {
  const request = create(ActorRequestSchema, { address, ...pulledBy(options) });
  tell(await askSystem(Supervision, options, (client) => client.call(lever, request)), options);
}

/** `actors replay ID` and `actors discard ID`. Errors: those of the lever. */
export async function actorsPutAside(
  lever: 'replay' | 'discard',
  id: string,
  options: LeverOptions,
): Promise<void> {
  const request = create(MessageRequestSchema, { id, ...pulledBy(options) });
  tell(await askSystem(Supervision, options, (client) => client.call(lever, request)), options);
}

/** `actors move ADDRESS`. Errors: `flag.invalid`, those of the lever. */
export async function actorsMove(
  address: string,
  options: LeverOptions & { readonly to: string },
): Promise<void> {
  const shard = wholeFlag('--to', options.to, 0, 1_000);
  const request = create(MoveRequestSchema, { address, shard, ...pulledBy(options) });
  const move = askSystem(Supervision, options, (client) => client.call('move', request), MOVE_MS);
  tell(await move, options);
}

/** `actors drain SHARD`. Errors: `flag.invalid`, those of the lever. */
export async function actorsDrain(shard: string, options: LeverOptions): Promise<void> {
  const request = create(DrainRequestSchema, {
    shard: wholeFlag('shard', shard.replace(/^shard\//, ''), 0, 1_000),
    ...pulledBy(options),
  });
  const drain = askSystem(Supervision, options, (client) => client.call('drain', request), MOVE_MS);
  tell(await drain, options);
}

/** `actors log [LEVEL]`: changes a level, or shows all. Errors: those of the lever. */
export async function actorsLog(
  level: string | undefined,
  options: LeverOptions & { readonly target: string; readonly area: string },
): Promise<void> {
  if (level === undefined) {
    const shown = await askSystem(Supervision, options, (client) =>
      client.call('logLevels', create(LogLevelsRequestSchema)),
    );
    print(toJson(LogLevelsResponseSchema, shown), options.json === true, () =>
      table([
        ['log', 'area', 'level'],
        ...shown.levels.map((one) => [one.target, one.area, one.level]),
      ]),
    );
    return;
  }
  const { target, area } = options;
  const request = create(LogLevelRequestSchema, { target, area, level, ...pulledBy(options) });
  const response = await askSystem(Supervision, options, (client) =>
    client.call('setLogLevel', request),
  );
  tell(response, options);
}

/** `actors dead-letters [ADDRESS]`. Errors: `flag.invalid`, `grpc.*`. */
export async function actorsDeadLetters(
  address: string,
  options: AskOptions & Readonly<Record<'code' | 'from' | 'to' | 'limit' | 'offset', string>>,
): Promise<void> {
  const request = create(DeadLettersRequestSchema, {
    address,
    code: options.code,
    fromUs: timeFlag('--from', options.from),
    toUs: timeFlag('--to', options.to),
    limit: wholeFlag('--limit', options.limit, 1, 1_000),
    offset: wholeFlag('--offset', options.offset, 0, 1_000_000_000),
  });
  const found = await askSystem(Supervision, options, (client) =>
    client.call('deadLetters', request),
  );
  print(toJson(DeadLettersResponseSchema, found), options.json === true, () =>
    [
      table([
        ['time', 'address', 'kind', 'reason', 'shard'],
        ...found.letters.map((one) => [
          new Date(one.timeUs / 1000).toISOString(),
          one.address,
          one.kind,
          one.code,
          one.shard,
        ]),
      ]),
      `${found.letters.length} of ${found.total} letters kept that match`,
      ...found.counts.map(({ code, kind, count }) => `${count} ${kind}: ${code}`),
    ].join('\n'),
  );
}

/** `actors threads`. Errors: `grpc.*`. */
export async function actorsThreads(options: AskOptions): Promise<void> {
  const request = create(ThreadsRequestSchema);
  const told = await askSystem(Supervision, options, (client) => client.call('threads', request));
  print(toJson(ThreadsResponseSchema, told), options.json === true, () =>
    [table(threadCells(told)), ...routeLines(told)].join('\n'),
  );
}

/** An event time given as ISO text; 0 where none is. Errors: `flag.invalid`. */
function timeFlag(flag: string, text: string): number {
  if (text === '') return 0;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) {
    const was = text.slice(0, 32);
    throw new Fault(
      'flag.invalid',
      `${flag}: expected a time such as 2021-01-20T15:00Z, was "${was}"`,
    );
  }
  return ms * 1000;
}

/** `actors profile SHARD`. Errors: `flag.invalid`, those of the lever. */
export async function actorsProfile(
  shard: string,
  options: LeverOptions & { readonly seconds: string },
): Promise<void> {
  const seconds = wholeFlag('--seconds', options.seconds, 1, 30);
  const request = create(ProfileRequestSchema, {
    shard: wholeFlag('shard', shard, 0, 1_000),
    seconds,
    ...pulledBy(options),
  });
  const response = await askSystem(
    Supervision,
    options,
    (client) => client.call('profile', request),
    seconds * 1000 + PROFILE_EXTRA_MS,
  );
  tell(response, options);
}

/** `actors quarantine [ADDRESS]`. Errors: `grpc.*`. */
export async function actorsQuarantine(address: string, options: AskOptions): Promise<void> {
  const request = create(QuarantineRequestSchema, { address });
  const found = await askSystem(Supervision, options, (client) =>
    client.call('quarantine', request),
  );
  print(toJson(QuarantineResponseSchema, found), options.json === true, () =>
    [
      table([
        ['id', 'address', 'kind', 'tries', 'last failure'],
        ...found.messages.map((message) => [
          message.id,
          message.address,
          message.kind,
          message.failures.length,
          message.failures.at(-1)?.split('\n')[0] ?? '',
        ]),
      ]),
      `${found.messages.length} of ${found.total} messages put aside, ${found.dropped} dropped`,
    ].join('\n'),
  );
}

/** `actors audit`: asks the running system, or reads the journal where none runs. */
export async function actorsAudit(
  options: ViewOptions & { readonly limit: string; readonly offset: string },
): Promise<void> {
  const limit = wholeFlag('--limit', options.limit, 1, 1_000);
  const offset = wholeFlag('--offset', options.offset, 0, 1_000_000_000);
  const request = create(AuditRequestSchema, { limit, offset });
  const audit = await askOrJournal(options, request);
  print(toJson(AuditResponseSchema, audit), options.json === true, () =>
    [
      table([
        ['number', 'when', 'by', 'door', 'lever', 'target', 'outcome', 'code', 'reason'],
        ...audit.entries.map(auditRow),
      ]),
      `${audit.entries.length} of ${audit.total} levers pulled${lost(audit)}`,
    ].join('\n'),
  );
}

function lost({ outcomesLost }: AuditResponse): string {
  return outcomesLost === 0 ? '' : `, ${outcomesLost} outcomes not recorded`;
}

async function askOrJournal(
  options: ViewOptions,
  request: Parameters<typeof readAudit>[1],
): Promise<AuditResponse> {
  try {
    return await askSystem(Supervision, options, (client) => client.call('audit', request));
  } catch (error) {
    const isNobodyThere = error instanceof Fault && error.code === 'grpc.unavailable';
    if (!isNobodyThere || options.address !== undefined) throw error;
    const journal = Journal.open(join(resolve(options.dataDir), 'store'), { readOnly: true });
    try {
      say(`sluice: nothing is running; this is the record in ${options.dataDir}`);
      return readAudit(journal, request);
    } finally {
      await journal.close();
    }
  }
}

function auditRow(entry: AuditEntry): (string | number)[] {
  const { number, by, door, lever, target, outcome, code, reason } = entry;
  const when = new Date(entry.askedUs / 1000).toISOString();
  return [number, when, by, door, lever, target, outcome, code, reason];
}

function pulledBy({ reason = '' }: LeverOptions): { by: string; reason: string } {
  return { by: whoami(), reason };
}

function tell(response: ActorResponse, options: AskOptions): void {
  if (!response.accepted && options.json !== true) {
    throw new Fault(response.code, response.text);
  }
  print(toJson(ActorResponseSchema, response), options.json === true, () => response.text);
  if (!response.accepted) process.exitCode = EXIT.failed;
}
