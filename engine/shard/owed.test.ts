// What must reach a shard although its link is full: kept in order, bounded, and told later.

import t from 'tap';
import type { Address, Message } from '../core/address.js';
import { Fault } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import type { CourierState } from '../testkit/couriers.js';
import { type RoutedWorlds, threads } from '../testkit/routed-worlds.js';

const A: Address = 'courier/0-a';
const B: Address = 'courier/1-b';

/** Two threads of which one's link may be full, and the retries that are due. */
function tight(): RoutedWorlds & { full: number | undefined; readonly retry: () => void } {
  const retries: (() => void)[] = [];
  const both: RoutedWorlds = threads({
    post: (shard, message) => {
      if (shard === tightened.full) throw new Fault('shard.link_full', 'as told');
      both.links.push([shard, message]);
    },
    later: (retry) => void retries.push(retry),
  });
  const retry = (): void => {
    for (const run of retries.splice(0)) run();
  };
  const tightened = { ...both, full: undefined as number | undefined, retry };
  return tightened;
}

const settle = ({ pass, links }: RoutedWorlds): void => {
  do pass();
  while (links.length > 0);
};

const stateOf = (both: RoutedWorlds, shard: number, address: Address): CourierState | undefined =>
  // Couriers are all there is.
  both.worlds[shard]!.system.peek(address) as CourierState | undefined;

const carry = (parcel: string): Message => ({ kind: 'carry', parcel, to: B }) as Message;

t.test('answers through a full link come once there is room, in order', async (t) => {
  const both = tight();
  for (const parcel of ['1', '2', '3']) both.worlds[0]!.tell(A, carry(parcel));
  both.worlds[0]!.run();
  both.full = 0;
  settle(both);
  both.retry();
  t.same([...(stateOf(both, 0, A)?.last ?? [])], [], 'still full');
  both.full = undefined;
  both.retry();
  settle(both);
  const thanks = ['1', '2', '3'].map((parcel) => [parcel, 'thanks']);
  t.same([...(stateOf(both, 0, A)?.last ?? [])], thanks);
  t.equal(both.routes.counters.late, 0);
});

t.test('what is sent once there is room goes behind what waited for it', async (t) => {
  const both = tight();
  both.worlds[0]!.tell(A, carry('1'));
  both.worlds[0]!.run();
  both.full = 0;
  settle(both);
  both.full = undefined;
  const envelope = { to: A, from: B, message: carry('2'), ask: 0, cause: 'x', commandKey: '' };
  both.routes.handle(1, { kind: 'outbound', envelope, deadlineUs: 0 });
  t.match(both.links, [
    [0, { kind: 'routed_answer' }],
    [0, { kind: 'deliver', id: 0 }],
  ]);
});

t.test('a watch and an end that met full links are told once there is room', async (t) => {
  const both = tight();
  both.worlds[1]!.system.start(B);
  both.full = 1;
  both.worlds[0]!.tell(A, { kind: 'attend', other: B } as Message);
  settle(both);
  both.full = 0;
  both.retry();
  settle(both);
  both.worlds[1]!.tell(B, { kind: 'end' });
  settle(both);
  t.same(stateOf(both, 0, A)?.mourned, []);
  both.full = undefined;
  both.retry();
  settle(both);
  t.same(stateOf(both, 0, A)?.mourned, [B]);
  t.equal(both.routes.watches, 0);
});

t.test('what waits for a shard is bounded and counted, and ends with its thread', async (t) => {
  const both = tight();
  both.full = 0;
  const refused = { to: B, from: A, message: carry('x'), ask: 0, cause: 'x', commandKey: '' };
  both.hears.delete(1);
  for (let n = 0; n < LIMITS.routesOwed + 2; n++) {
    both.routes.handle(0, { kind: 'outbound', envelope: refused, deadlineUs: 0 });
  }
  t.equal(both.routes.counters.late, 2);
  both.full = undefined;
  both.routes.lost(0);
  both.retry();
  t.same(both.links, [], 'the next thread is not told what was meant for the last');
});
