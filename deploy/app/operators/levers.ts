// The levers of operators: each is checked, recorded, pulled, and its outcome recorded.

import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { type Address, Fault, makeFolder } from '../../../engine/index.js';
import {
  type ActorResponse,
  ActorResponseSchema,
} from '../../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import type { ActorLever } from '../../roles/shard-messages.js';
import type { LeverAudit, PullOutcome } from '../journal/lever-audit.js';
import type { Market } from '../market/market.js';
import type { Lever, Puller } from '../port.js';
import type { Pulled } from '../shards/shard-asks.js';
import type { ActorsView } from './actors-view.js';
import { MoveLevers } from './move-levers.js';
import { isShard, noActor, noMessage, noShard, partsOf, shardNamed } from './target.js';

/** Length of a profile: with more samples the thread would stand still while it is written. */
const PROFILE_SECONDS_MAX = 30;
const PROFILE_SECONDS_DEFAULT = 5;

/** What a lever that was pulled on an actor means. */
const DONE: Readonly<Record<ActorLever, string>> = {
  restart: 'is being restarted',
  stop: 'is stopped',
  suspend: 'is held; its messages wait',
  resume: 'goes on, with what it was told meanwhile',
  passivate: 'has left memory; its next message brings it back',
};

/** Pulls levers. */
export class Levers {
  readonly #market: Market;
  readonly #view: ActorsView;
  readonly #audit: LeverAudit;
  readonly #moves: MoveLevers;

  constructor(market: Market, view: ActorsView, audit: LeverAudit) {
    this.#market = market;
    this.#view = view;
    this.#audit = audit;
    this.#moves = new MoveLevers(market);
  }

  /**
   * Pulls a lever. Errors, as refusals: `supervision.unknown`, `supervision.cannot_stop`,
   * `supervision.cannot_hold`, `supervision.cannot_now`, `supervision.unaudited`,
   * `supervision.bad_seconds`, `supervision.profile_failed`, `shard.restarting`; those of `MoveLevers`.
   */
  async pull(lever: Lever, puller: Puller): Promise<ActorResponse> {
    try {
      const pull = { lever: lever.kind, target: targetOf(lever) };
      const response = await this.#audit.around(puller, pull, () => this.#act(lever));
      const outcome = response.accepted ? 'accepted' : response.code;
      const text = `${puller.by}: ${pull.lever} ${pull.target}: ${outcome}`;
      this.#market.logs.process.say('info', 'levers', text);
      return response;
    } catch (error) {
      if (error instanceof Fault) return refused(error.code, error.message);
      throw error;
    }
  }

  async #act(lever: Lever): Promise<ActorResponse> {
    switch (lever.kind) {
      case 'replay':
      case 'discard':
        return this.#putAside(lever.kind, lever.message);
      case 'profile':
        return this.#profile(lever.shard, lever.seconds || PROFILE_SECONDS_DEFAULT);
      case 'move':
        return toResponse(await this.#moves.move(lever.address, lever.shard));
      case 'drain':
        return toResponse(await this.#moves.drain(lever.shard));
      case 'log_level':
        return toResponse(await this.#market.logs.setLevel(this.#market.shards.asks, lever));
      default:
        return this.#pullActor(lever.kind, lever.address);
    }
  }

  async #pullActor(kind: ActorLever, address: string): Promise<ActorResponse> {
    const shard = this.#shardOf(address);
    if (shard === undefined) return toResponse(noActor(address));
    if (kind !== 'restart' && !address.startsWith('portfolio/')) return cannot(kind, address);
    if (address.startsWith('shard/') || address.startsWith('symbol/')) {
      this.#market.shards.kill(shard);
      return accepted(`shard ${shard} is being replaced; its actors come back with their state`);
    }
    // `#shardOf` has just matched it with an actor.
    const pulled = await this.#market.shards.asks.lever(kind, address as Address);
    if (pulled === undefined) return restarting(shard);
    if (pulled.ok) return accepted(`${address} ${DONE[kind]}`);
    const wanted = kind === 'resume' ? 'held' : kind === 'passivate' ? 'idle' : 'running';
    await this.#view.looked();
    const state = this.#view.stateOf(address);
    const text = `expected ${address} to be ${wanted}, it is not; it was ${state} a moment ago`;
    return refused('supervision.cannot_now', text);
  }

  async #putAside(kind: 'replay' | 'discard', message: string): Promise<ActorResponse> {
    const [, shardText, itemText] = /^(\d{1,3})-(\d{1,15})$/.exec(message) ?? [];
    const shard = Number(shardText);
    if (itemText === undefined || !isShard(shard, this.#market.shards.count)) {
      return toResponse(noMessage(message));
    }
    const pulled = await this.#market.shards.asks.putAside(kind, shard, Number(itemText));
    if (pulled === undefined) return restarting(shard);
    if (!pulled.ok) return toResponse(noMessage(message));
    const done = kind === 'replay' ? 'is delivered once more' : 'is thrown away';
    return accepted(`message ${message} ${done}`);
  }

  async #profile(shard: number, seconds: number): Promise<ActorResponse> {
    const { shards, options } = this.#market;
    if (!isShard(shard, shards.count)) return toResponse(noShard(shard, shards.count));
    if (seconds > PROFILE_SECONDS_MAX) {
      const text = `expected 1 to ${PROFILE_SECONDS_MAX} seconds, was ${seconds}`;
      return refused('supervision.bad_seconds', text);
    }
    const folder = join(options.dataDir, 'profiles');
    const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
    const file = join(folder, `shard-${shard}-${stamp}.cpuprofile`);
    try {
      makeFolder(folder);
    } catch (error) {
      return refused('supervision.profile_failed', `expected to write to ${folder}: ${error}`);
    }
    const pulled = await shards.asks.profile(shard, seconds, file);
    if (pulled === undefined) return restarting(shard);
    return profiled(pulled, shard, file);
  }

  #shardOf(address: string): number | undefined {
    const { kind, key } = partsOf(address);
    const { shards, rowOf, options } = this.#market;
    if (kind === 'shard') return shardNamed(key, shards.count);
    if (kind === 'symbol') {
      const row = rowOf.get(key);
      return row === undefined ? undefined : shards.placed.ofRow(row);
    }
    const known =
      (kind === 'portfolio' && options.portfolios.portfolios.some(({ id }) => id === key)) ||
      (kind === 'funnel' && key === options.funnel.name);
    // The address has just been matched with an actor's.
    return known ? this.#market.shardOf(address as Address) : undefined;
  }
}

function targetOf(lever: Lever): string {
  if (lever.kind === 'move') return `${lever.address} to shard/${lever.shard}`;
  if (lever.kind === 'log_level') {
    const { target, area, level } = lever;
    return `${target} ${area === '' ? 'every area' : area} ${level}`;
  }
  if ('address' in lever) return lever.address;
  return 'message' in lever ? `message/${lever.message}` : `shard/${lever.shard}`;
}

function profiled({ ok, failure }: Pulled, shard: number, file: string): ActorResponse {
  if (ok) {
    const text = `shard ${shard} was profiled into ${file}`;
    return create(ActorResponseSchema, { accepted: true, text, file });
  }
  if (failure === undefined) {
    return refused('supervision.cannot_now', `expected no profile of shard ${shard} under way`);
  }
  return refused('supervision.profile_failed', `expected a profile of shard ${shard}: ${failure}`);
}

function toResponse({ accepted: isDone, code, text }: PullOutcome): ActorResponse {
  return create(ActorResponseSchema, { accepted: isDone, code, text });
}

function accepted(text: string): ActorResponse {
  return create(ActorResponseSchema, { accepted: true, text });
}

function refused(code: string, text: string): ActorResponse {
  return create(ActorResponseSchema, { accepted: false, code, text });
}

function cannot(kind: ActorLever, address: string): ActorResponse {
  const text = `expected a portfolio, was ${address}: the market would stand still without it; restart it instead`;
  return refused(kind === 'stop' ? 'supervision.cannot_stop' : 'supervision.cannot_hold', text);
}

function restarting(shard: number): ActorResponse {
  return refused('shard.restarting', `shard ${shard} is being replaced; try again`);
}
