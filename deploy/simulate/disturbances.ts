// What operators do to actors meanwhile: they move them, restart them, hold them or take them down.

import type { SimFault } from '../../engine/index.js';
import type { PlacedActors } from '../app/shards/placed-actors.js';
import type { Host } from './host.js';
import { drainOf, moveOne } from './move-plans.js';
import { FUNNEL, portfoliosOn } from './setting.js';

/** An operator takes his time: an actor is down so many times as long as other faults last. */
const DOWN_TIMES = 8;

/** Does to an actor of a shard, or to all of them, what a fault of the plan says. */
export function disturb(host: Host, placed: PlacedActors, fault: SimFault): void {
  const { kind, node, size, durationUs } = fault;
  if (kind === 'move_actor' || kind === 'drain_node') {
    const moves = kind === 'drain_node' ? drainOf(node, placed) : moveOne(node, size, placed);
    host.moves.move(node, moves);
    return;
  }
  const portfolios = portfoliosOn(node, placed);
  // The funnel, which every point asks, may be neither stopped nor held.
  const isDown = kind === 'stop_actor' || kind === 'suspend_actor';
  const own = node === 0 && !isDown ? [...portfolios, FUNNEL] : portfolios;
  const address = own[Math.floor(size * own.length)];
  if (address === undefined) return;
  const downUs = durationUs * DOWN_TIMES;
  if (kind === 'stop_actor') host.levers.takeDown('stop', address, downUs);
  else if (kind === 'suspend_actor') host.levers.takeDown('suspend', address, downUs);
  else host.levers.pull(kind === 'passivate' ? 'passivate' : 'restart', address);
}
