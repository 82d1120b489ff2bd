// An owner and two shards of couriers in one thread, made for tests: messages between them wait.

import type { Address } from '../core/address.js';
import { type RoutedToShard, takeRouted } from '../shard/routed.js';
import { Routes, type RoutesOptions } from '../shard/routes.js';
import { courier, isCourier, shardOfCourier } from './couriers.js';
import { World } from './world.js';

/** The owner's routes, its shards, and the messages that are on their way to these. */
export interface RoutedWorlds {
  readonly routes: Routes;
  readonly worlds: World[];
  readonly links: (readonly [shard: number, message: RoutedToShard])[];
  /** Shards that are told anything. */
  readonly hears: Set<number>;
  /** Lets the messages on their way through, and everybody take turns. */
  readonly pass: () => void;
  /** Replaces a shard's thread by one that knows nothing, and loses what was sent to it. */
  readonly lose: (shard: number) => void;
}

/** Starts two shards; `options` replaces ways of the routes, `homeOf` says who has an actor. */
export function threads(
  options: Partial<RoutesOptions> = {},
  homeOf: (address: Address) => number = shardOfCourier,
): RoutedWorlds {
  const links: (readonly [number, RoutedToShard])[] = [];
  const hears = new Set([0, 1]);
  const routes: Routes = new Routes({
    shardOf: homeOf,
    hears: (shard) => hears.has(shard),
    post: (shard, message) => void links.push([shard, message]),
    ...options,
  });
  const start = (shard: number): World =>
    new World(
      [courier],
      {},
      {
        isLocal: (address) => !isCourier(address) || homeOf(address) === shard,
        outbound: (envelope, deadlineUs) =>
          routes.handle(shard, { kind: 'outbound', envelope, deadlineUs }),
        watching: (other, watcher, said) => routes.handle(shard, { kind: said, other, watcher }),
      },
    );
  const worlds = [start(0), start(1)];
  const pass = (): void => {
    for (const [shard, told] of links.splice(0)) {
      takeRouted(worlds[shard]!.system, told, (said) => routes.handle(shard, said));
    }
    for (const world of worlds) world.run();
  };
  const lose = (shard: number): void => {
    links.splice(0, links.length, ...links.filter(([to]) => to !== shard));
    routes.lost(shard);
    worlds[shard] = start(shard);
  };
  return { routes, worlds, links, hears, pass, lose };
}
