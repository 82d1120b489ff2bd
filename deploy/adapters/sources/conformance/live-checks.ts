// The checks of what comes as it happens, L1 to L10.

import type { MarketRecord } from '../record.js';
import {
  type Check,
  difference,
  type Listening,
  listen,
  type Peer,
  type Rig,
  reached,
  unbalanced,
  type Verdict,
} from './checks.js';

/** Silence that is too long for any vendor, and less than that. Units: milliseconds. */
const SILENCE_MS = 120_000;

/** How long a vendor is left alone once it has failed again and again. Units: milliseconds. */
const LEFT_ALONE_MS = 30_000;

const hasLive = ({ source }: Rig): string | undefined =>
  source.live === undefined ? 'has no stream' : undefined;
const hasConnection = (rig: Rig): string | undefined =>
  hasLive(rig) ?? (rig.peer?.cut === undefined ? 'peers connect to it' : undefined);

/** Whether a session comes to be joined to the other side, in time. */
function isUp({ peer }: Rig, { session }: Listening): Promise<boolean> {
  return reached(() => peer!.isJoined() && session.state() === 'live');
}

/** A check on a session that is joined, and then closed; its counters must add up. */
function joined(run: (rig: Rig, listening: Listening) => Promise<Verdict>): Check['run'] {
  return async (rig) => {
    if (rig.vendor !== undefined) rig.vendor.visible = 0;
    const listening = listen(rig);
    try {
      if (!(await isUp(rig, listening))) {
        return `expected a session to join, it is ${listening.session.state()}`;
      }
      return (await run(rig, listening)) ?? unbalanced(listening.session.counters);
    } finally {
      await listening.session.close();
    }
  };
}

/** Sends trades of the tape from one place to before another. */
function send({ peer }: Rig, from: number, to: number): void {
  for (let index = from; index < to; index++) peer!.send(index, 'trade');
}

/** Loses trades of the tape from one place to before another. */
function lose({ peer }: Rig, from: number, to: number): void {
  for (let index = from; index < to; index++) peer!.lose(index);
}

/** Waits for as many trades as are expected, and compares them. */
async function compared(
  { records }: Listening,
  expected: readonly MarketRecord[],
): Promise<Verdict> {
  const found = (): MarketRecord[] => records.filter(({ kind }) => kind === 'trade');
  await reached(() => found().length >= expected.length);
  return difference(found(), expected);
}

/** Waits for the trades of the tape up to a place. */
function trades({ tape }: Rig, listening: Listening, count: number): Promise<Verdict> {
  return compared(listening, tape.trades.slice(0, count));
}

/** Trades and holes together: what a source can't ask for again it must count. */
async function tradesButLost(
  rig: Rig,
  listening: Listening,
  lost: readonly [number, number],
  count: number,
): Promise<Verdict> {
  const { capabilities } = rig.source;
  if (capabilities.repair.includes('trade')) return trades(rig, listening, count);
  const [from, to] = lost;
  const expected = rig.tape.trades
    .slice(0, count)
    .filter((_, index) => index < from || index >= to);
  const verdict = await compared(listening, expected);
  const { holes } = listening.session.counters;
  return verdict ?? (holes > 0 ? undefined : 'expected the hole to be counted');
}

/** Says where a counter is not what it is to be. */
function counted(
  { session }: Listening,
  counter: 'gaps' | 'duplicates' | 'unreadable',
  expected: number,
): Verdict {
  const count = session.counters[counter];
  return count === expected ? undefined : `expected ${expected} ${counter}, was ${count}`;
}

/** A check that trades arrive around something that happens between them, which is counted once. */
function around(happen: (peer: Peer) => void, counter: 'duplicates' | 'unreadable'): Check['run'] {
  return joined(async (rig, listening) => {
    send(rig, 0, 3);
    happen(rig.peer!);
    send(rig, 3, 6);
    return (await trades(rig, listening, 6)) ?? counted(listening, counter, 1);
  });
}

/** The checks. */
export const LIVE_CHECKS: readonly Check[] = [
  {
    id: 'L1',
    title: 'records arrive once and in order, quotes as well',
    notFor: hasLive,
    run: joined(async (rig, listening) => {
      send(rig, 0, 8);
      rig.peer!.send(8, 'quote');
      send(rig, 8, 12);
      const verdict = await trades(rig, listening, 12);
      const quotes = listening.records.filter(({ kind }) => kind === 'quote');
      return verdict ?? difference(quotes, rig.tape.quotes.slice(8, 9));
    }),
  },
  {
    id: 'L2',
    title: 'a cut connection comes back, subscribes again, and nothing is missing or double',
    notFor: hasConnection,
    run: joined(async (rig, listening) => {
      send(rig, 0, 5);
      const before = await trades(rig, listening, 5);
      rig.peer!.cut!();
      await reached(() => listening.states.includes('waiting'));
      lose(rig, 5, 9);
      if (!(await isUp(rig, listening))) return 'expected it to come back';
      send(rig, 9, 14);
      return before ?? (await tradesButLost(rig, listening, [5, 9], 14));
    }),
  },
  {
    id: 'L3',
    title: 'numbers that are skipped are asked for again, or counted',
    notFor: (rig) =>
      hasLive(rig) ?? (rig.source.capabilities.isNumbered ? undefined : 'nothing is numbered'),
    run: joined(async (rig, listening) => {
      send(rig, 0, 4);
      lose(rig, 4, 7);
      send(rig, 7, 12);
      const verdict = await tradesButLost(rig, listening, [4, 7], 12);
      return verdict ?? counted(listening, 'gaps', 3);
    }),
  },
  {
    id: 'L4',
    title: 'what is sent twice is given once',
    notFor: (rig) =>
      hasLive(rig) ??
      (rig.source.name === 'interactive-brokers'
        ? 'it samples: a price may come again'
        : undefined),
    run: around((peer) => peer.again(), 'duplicates'),
  },
  {
    id: 'L5',
    title: 'a connection that falls silent is left and made anew',
    notFor: hasConnection,
    run: joined(async (rig, listening) => {
      send(rig, 0, 2);
      const verdict = await trades(rig, listening, 2);
      rig.clock.advance(SILENCE_MS);
      const isBack = await reached(
        () => listening.session.counters.connects === 2 && listening.session.state() === 'live',
      );
      if (!isBack) return 'expected a second connection';
      await reached(() => rig.peer!.isJoined());
      send(rig, 2, 4);
      const { stale } = listening.session.counters;
      return (
        verdict ?? (await trades(rig, listening, 4)) ?? (stale === 1 ? undefined : 'not counted')
      );
    }),
  },
  {
    id: 'L6',
    title: 'what nobody can read is counted, and the rest goes on',
    notFor: hasLive,
    run: around((peer) => peer.garbage(), 'unreadable'),
  },
  {
    id: 'L7',
    title: 'a refused login ends the session, without hammering and without a secret',
    notFor: (rig) => hasConnection(rig),
    run: async (rig) => {
      rig.vendor!.isLocked = true;
      const before = rig.vendor!.connections;
      const listening = listen(rig);
      const isOver = await reached(() => listening.session.state() === 'failed');
      rig.clock.advance(SILENCE_MS);
      await listening.session.close();
      rig.vendor!.isLocked = false;
      if (!isOver) return `expected failed, was ${listening.session.state()}`;
      const tries = rig.vendor!.connections - before;
      if (tries !== 1) return `expected one try, was ${tries}`;
      const said = listening.reasons.join(' ');
      return /loopback-(key|secret)/.test(said) ? 'a secret is in a reason' : undefined;
    },
  },
  {
    id: 'L8',
    title: 'a vendor that stays away is tried ever more rarely, with chance in it',
    notFor: hasConnection,
    run: async (rig) => {
      rig.vendor!.isDown = true;
      const before = rig.clock.slept.length;
      const listening = listen(rig);
      await reached(() => listening.session.counters.connects >= 6);
      rig.vendor!.isDown = false;
      const slept = rig.clock.slept.slice(before, before + 4);
      await listening.session.close();
      const isWithin = slept.every((ms, at) => ms >= 250 * 2 ** at && ms <= 500 * 2 ** at);
      return isWithin && new Set(slept).size === 4 ? undefined : `was ${slept.join(', ')} ms`;
    },
  },
  {
    id: 'L9',
    title: 'a closed session gives nothing more and opens nothing',
    notFor: hasLive,
    run: joined(async (rig, listening) => {
      send(rig, 0, 2);
      const verdict = await trades(rig, listening, 2);
      const { connects } = listening.session.counters;
      await listening.session.close();
      rig.clock.advance(SILENCE_MS);
      const isClosed = listening.session.state() === 'closed';
      const isQuiet = listening.session.counters.connects === connects;
      return verdict ?? (isClosed && isQuiet ? undefined : 'expected it to be over');
    }),
  },
  {
    id: 'L10',
    title: 'a vendor that failed five times in a row is left alone for half a minute',
    notFor: hasConnection,
    run: async (rig) => {
      rig.vendor!.isDown = true;
      const times: number[] = [];
      const listening = listen(rig, (state) => {
        if (state === 'waiting') times.push(rig.clock.nowMs());
      });
      await reached(() => times.length >= 6);
      rig.vendor!.isDown = false;
      const isBack = await isUp(rig, listening);
      await listening.session.close();
      const restMs = times[5]! - times[4]!;
      if (!isBack) return `expected it to come back, it is ${listening.session.state()}`;
      return restMs >= LEFT_ALONE_MS ? undefined : `was left alone for ${restMs} ms`;
    },
  },
];
