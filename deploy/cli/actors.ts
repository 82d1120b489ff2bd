// `sluice actors`: the tree of a running system, its threads, and messages that went astray.

import { create, toJson } from '@bufbuild/protobuf';
import { Fault } from '../../engine/index.js';
import {
  DeadLettersRequestSchema,
  DeadLettersResponseSchema,
  QuarantineRequestSchema,
  QuarantineResponseSchema,
  Supervision,
  ThreadsRequestSchema,
  ThreadsResponseSchema,
  TreeRequestSchema,
  TreeResponseSchema,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import { wholeFlag } from '../app/settings.js';
import { type AskOptions, askSystem } from './ask.js';
import { print, table } from './output.js';
import { memoryLines, routeLines, threadCells } from './thread-text.js';

/** Flags of `actors tree`. */
export interface TreeOptions extends AskOptions {
  readonly match: string;
  readonly sort: string;
  readonly state: string;
  readonly limit: string;
  readonly offset: string;
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
        ['address', 'state', 'shard', 'mailbox', 'turns', 'turns/s', 'p99 us', 'restarts', 'aside'],
        ...tree.actors.map((a) => [
          a.address,
          a.state,
          a.shard,
          a.mailbox,
          Number(a.turns),
          Math.round(a.turnsPerSecond),
          a.turnUsP99 === 0 ? '' : a.turnUsP99,
          a.restarts,
          a.quarantined,
        ]),
      ]),
      `${tree.actors.length} of ${tree.total} actors`,
    ].join('\n'),
  );
}

/** Flags of `actors dead-letters`, as typed. */
export type DeadLetterFlags = AskOptions &
  Readonly<Record<'code' | 'from' | 'to' | 'limit' | 'offset', string>>;

/** `actors dead-letters [ADDRESS]`. Errors: `flag.invalid`, `grpc.*`. */
export async function actorsDeadLetters(address: string, options: DeadLetterFlags): Promise<void> {
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
    [table(threadCells(told)), ...routeLines(told), ...memoryLines(told)].join('\n'),
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
