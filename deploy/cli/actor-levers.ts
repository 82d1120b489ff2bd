// `sluice actors`: the levers of a running system, each with who pulls it and why.

import { userInfo } from 'node:os';
import { create, toJson } from '@bufbuild/protobuf';
import { Fault } from '../../engine/index.js';
import {
  ActorRequestSchema,
  type ActorResponse,
  ActorResponseSchema,
  DrainRequestSchema,
  LogLevelRequestSchema,
  LogLevelsRequestSchema,
  LogLevelsResponseSchema,
  MessageRequestSchema,
  MoveRequestSchema,
  ProfileRequestSchema,
  Supervision,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import { wholeFlag } from '../app/settings.js';
import type { ActorLever } from '../roles/shard-messages.js';
import { type AskOptions, askSystem } from './ask.js';
import { EXIT, print, table } from './output.js';

/** Time for the answer of a profile beyond its length. Units: milliseconds. */
const PROFILE_EXTRA_MS = 10_000;

/** Time for the answer of a move: shards have ten seconds to come to rest. Units: milliseconds. */
const MOVE_MS = 15_000;

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
