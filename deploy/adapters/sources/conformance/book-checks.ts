// The checks of order books as they happen, B1 to B7.

import { ASK, BID, DepthBook, type Ladder } from '../../../../actors/book/index.js';
import type { BookRecord } from '../../books/book-record.js';
import type { BookMarket, BookSession } from '../source.js';
import { type Check, type Rig, reached, type Verdict } from './checks.js';

/** A copy of the vendor's book. */
interface Copy {
  readonly book: DepthBook;
  readonly session: BookSession;
  readonly market: BookMarket;
}

const noBooks = ({ source }: Rig): string | undefined =>
  source.books === undefined ? 'has no order books' : undefined;

/** Opens a session, and asks for a whole book whenever the copy is out of sync. */
async function follow({ source, tape, vendor }: Rig): Promise<Copy | string> {
  const markets = await source.books!.markets([tape.symbol]);
  if (!markets.ok) return `expected the market, was ${markets.refusal.code}`;
  const book = new DepthBook();
  const session = source.books!.live(markets.value, {
    onBook(symbol, record) {
      apply(book, record);
      if (!book.isSynced) session.resync(symbol);
    },
    onState(state) {
      if (state === 'waiting') book.lose();
    },
  });
  const isJoined = await reached(() => session.state() === 'live' && vendor!.subscribed > 0);
  if (isJoined) return { book, session, market: markets.value[0]! };
  await session.close();
  return `expected a session to join, it is ${session.state()}`;
}

function apply(book: DepthBook, record: BookRecord): void {
  if (record.kind !== 'depth') return;
  const { isSnapshot, previousId, lastId, levels, levelCount } = record;
  book.begin(isSnapshot, previousId, lastId);
  for (let at = 0; at < levelCount * 3; at += 3) {
    book.level(levels[at] === BID ? BID : ASK, levels[at + 1]!, levels[at + 2]!);
  }
  book.end();
}

/** The book changes, and who subscribed is told. */
function change({ vendor }: Rig, times: number): void {
  for (let time = 0; time < times; time++) vendor!.changeBook();
}

/** The book changes, and nobody is told. */
function lose({ vendor }: Rig, times: number): void {
  for (let time = 0; time < times; time++) vendor!.book.change();
}

/** Waits until the copy is as far as the vendor's book, and compares them level by level. */
async function compared({ vendor }: Rig, { book, session, market }: Copy): Promise<Verdict> {
  const { book: own } = vendor!;
  const isThere = await reached(() => book.isSynced && book.lastId === own.lastId);
  if (!isThere) {
    return `expected id ${own.lastId} in sync, was ${book.lastId}, ${session.state()}`;
  }
  // The vendor's own units are cents and thousandths.
  const cents = 10 ** market.priceDecimals / 100;
  const thousandths = 10 ** market.sizeDecimals / 1_000;
  for (const side of ['bids', 'asks'] as const) {
    const expected = own.levels(side).map(([price, size]) => [price * cents, size * thousandths]);
    const found = levelsOf(book.book[side]);
    if (JSON.stringify(found) !== JSON.stringify(expected)) {
      return `${side}: expected ${JSON.stringify(expected)}, was ${JSON.stringify(found)}`;
    }
  }
  const { received, delivered, unwanted } = session.counters;
  return received === delivered + unwanted ? undefined : 'expected all received to be counted';
}

function levelsOf(side: Ladder): [number, number][] {
  return Array.from({ length: side.count }, (_, at) => [side.priceAt(at), side.sizeAt(at)]);
}

/** A check on a copy that is in sync, that something happens to, and that must be right again. */
function around(happen: (rig: Rig, copy: Copy) => Promise<Verdict>): Check['run'] {
  return async (rig) => {
    const copy = await follow(rig);
    if (typeof copy === 'string') return copy;
    try {
      change(rig, 5);
      return (await compared(rig, copy)) ?? (await happen(rig, copy));
    } finally {
      await copy.session.close();
    }
  };
}

/** The checks. */
export const BOOK_CHECKS: readonly Check[] = [
  {
    id: 'B1',
    title: "a whole book and the changes behind it come to the vendor's own",
    notFor: noBooks,
    run: around(async (rig, copy) => {
      change(rig, 200);
      const verdict = await compared(rig, copy);
      return verdict ?? (copy.session.counters.repaired === 1 ? undefined : 'asked more than once');
    }),
  },
  {
    id: 'B2',
    title: 'a cut connection comes back, subscribes again, and the book is whole again',
    notFor: noBooks,
    run: around(async (rig, copy) => {
      rig.vendor!.cut();
      await reached(() => copy.session.state() !== 'live');
      lose(rig, 5);
      await reached(() => copy.session.state() === 'live' && rig.vendor!.subscribed > 0);
      change(rig, 5);
      return compared(rig, copy);
    }),
  },
  {
    id: 'B3',
    title: 'a change that is lost is seen, and a whole book asked for',
    notFor: noBooks,
    run: around(async (rig, copy) => {
      lose(rig, 1);
      change(rig, 5);
      const { gaps, resyncs } = copy.book.counters;
      const verdict = await compared(rig, copy);
      return (
        verdict ??
        (copy.book.counters.gaps > gaps && copy.book.counters.resyncs > resyncs
          ? undefined
          : 'expected a gap to be counted')
      );
    }),
  },
  {
    id: 'B4',
    title: 'a whole book that is older than the changes is not taken for the present one',
    notFor: noBooks,
    run: around(async (rig, copy) => {
      rig.vendor!.planned.push(rig.vendor!.wholeBook());
      lose(rig, 3);
      change(rig, 3);
      // Its copy is out of sync until something comes that the first whole book does not join.
      await reached(() => copy.session.counters.repaired > 1);
      change(rig, 3);
      return compared(rig, copy);
    }),
  },
  {
    id: 'B5',
    title: 'a symbol without a market is refused by name of its code',
    notFor: noBooks,
    run: async ({ source }) => {
      const answer = await source.books!.markets(['NOSUCH']);
      const code = answer.ok ? 'an answer' : answer.refusal.code;
      return code === 'source.unknown_symbol' ? undefined : `was ${code}`;
    },
  },
  {
    id: 'B6',
    title: 'what nobody can read is counted, and the rest goes on',
    notFor: noBooks,
    run: around(async (rig, copy) => {
      rig.vendor!.say('{"what":');
      change(rig, 5);
      const verdict = await compared(rig, copy);
      const { unreadable } = copy.session.counters;
      return verdict ?? (unreadable === 1 ? undefined : `expected 1 unreadable, was ${unreadable}`);
    }),
  },
  {
    id: 'B7',
    title: 'a closed session gives nothing more and asks for nothing',
    notFor: noBooks,
    run: around(async (rig, copy) => {
      await copy.session.close();
      const { lastId } = copy.book;
      const { requests } = rig.vendor!;
      change(rig, 5);
      copy.session.resync(copy.market.symbol);
      await reached(() => rig.vendor!.subscribed === 0);
      const isQuiet = copy.book.lastId === lastId && rig.vendor!.requests === requests;
      return isQuiet ? undefined : 'expected it to be over';
    }),
  },
];
