// Books after a plain restart: every command once, in its place among splits and dividends.

import t from 'tap';
import { costOf, quantityOf } from './account.js';
import type { TransactionsShown } from './answers.js';
import type { PortfolioEvent } from './enter.js';
import type { PortfolioMessage } from './messages.js';
import { formatDecimal } from './money.js';
import { openBooks, text } from './test-books.js';

type Books = ReturnType<typeof openBooks>;

/** What happens in a run besides commands: splits, dividends and points, by session. */
interface Session {
  readonly date: number;
  readonly actions?: readonly { row?: number; split?: number; dividend?: number }[];
  /** Commands between the splits and dividends of the open and the first point. */
  readonly atOpen?: readonly PortfolioMessage[];
  readonly commands?: readonly PortfolioMessage[];
}

const buy = (commandId: string, quantity: string, more: object = {}): PortfolioMessage => ({
  kind: 'trade',
  commandId,
  symbol: 'AAA',
  side: 'buy',
  quantity,
  price: '10',
  fee: '',
  ...more,
});

/** Goes through sessions, with their commands or, as a replay of the market does, without. */
function run(books: Books, sessions: readonly Session[], withCommands: boolean): void {
  for (const { date, actions = [], atOpen = [], commands = [] } of sessions) {
    for (const { row = 0, split = 1, dividend = 0 } of actions) {
      books.send({ kind: 'corporate_action', row, date, split, dividend });
    }
    const give = (command: PortfolioMessage): void => {
      const { kind } = books.ask<{ kind: string }>(command);
      if (kind !== 'command_applied') throw new Error(text(command));
    };
    if (withCommands) for (const command of atOpen) give(command);
    books.mark(date);
    if (withCommands) for (const command of commands) give(command);
  }
}

function restarted(journal: readonly PortfolioEvent[]): Books {
  const books = openBooks();
  for (const event of journal) books.behaviour.evolve(books.state(), structuredClone(event));
  return books;
}

const picture = (books: Books): string => {
  const { positions, sums } = books.account();
  const shown = books.ask<TransactionsShown>({
    kind: 'show_transactions',
    ...{ symbol: '', offset: 0, limit: 100 },
  });
  return text([[...positions], [...sums], shown.entries]);
};

/** The books before a plain restart, right after it, and when the market has come as far again. */
function restart(sessions: readonly Session[]) {
  const live = openBooks();
  run(live, sessions, true);
  const again = restarted(live.journal);
  const atOnce = picture(again);
  run(again, sessions, false);
  return { live, again, before: picture(live), atOnce, after: picture(again) };
}

const reversal = { kind: 'correct', commandId: 'c1', reason: 'never paid' } as const;
const out = { kind: 'transfer', commandId: 't1', symbol: 'AAA', direction: 'out' } as const;
const lots = [{ lot: 'b1', quantity: '300' }];
const CASES: Readonly<Record<string, readonly Session[]>> = {
  'a dividend of the market that was taken back': [
    { date: 20210104, commands: [buy('b1', '100')] },
    {
      date: 20210105,
      actions: [{ dividend: 1 }],
      commands: [{ ...reversal, eventId: 'market:dividend-AAA-20210105' }],
    },
  ],
  'shares that a split of the market made, delivered': [
    { date: 20210104, commands: [buy('b1', '100')] },
    {
      date: 20210105,
      actions: [{ split: 4 }],
      commands: [{ ...out, quantity: '300', cost: '', openedDate: 0 }],
    },
  ],
  'lots picked as a split of the market made them': [
    { date: 20210104, commands: [buy('b1', '100')] },
    {
      date: 20210105,
      actions: [{ split: 4 }],
      commands: [buy('s1', '300', { side: 'sell', method: 'specific', lots })],
    },
  ],
  'shares bought on the day of a split and a dividend': [
    { date: 20210104, commands: [buy('b1', '1')] },
    { date: 20210105, actions: [{ split: 4, dividend: 1 }], commands: [buy('b2', '100')] },
  ],
  'shares first bought between the open and the first point': [
    { date: 20210104 },
    { date: 20210105, actions: [{ split: 4, dividend: 1 }], atOpen: [buy('b1', '100')] },
  ],
  'a split entered by hand, as the symbol was not held yet': [
    { date: 20210104 },
    { date: 20210105, actions: [{ split: 4 }] },
    {
      date: 20210106,
      commands: [
        buy('b1', '100', { date: 20210104 }),
        {
          kind: 'action',
          commandId: 'a1',
          symbol: 'AAA',
          ...{ perShare: '', newShares: '4', oldShares: '1', date: 20210105 },
        },
      ],
    },
  ],
};

for (const [name, sessions] of Object.entries(CASES)) {
  t.test(`a plain restart brings back ${name}`, async (t) => {
    const { live, again, before, atOnce, after } = restart(sessions);
    t.equal(atOnce, before, 'at once');
    t.equal(after, before, 'when the market has come as far');
    t.equal(again.state().waiting.length, 0);
    t.ok(live.account().positions.size > 0);
    // What comes next is entered, by both alike.
    const next = [{ date: 20210107, actions: [{ split: 2, dividend: 0.5 }] }];
    for (const books of [live, again]) run(books, next, false);
    t.equal(picture(again), picture(live));
    t.not(picture(live), before);
  });
}

t.test('what a snapshot at the open holds is not entered twice', async (t) => {
  const live = openBooks();
  run(live, [{ date: 20210104, commands: [buy('b1', '100')] }], true);
  const dividend = { kind: 'corporate_action', row: 0, date: 20210105, split: 1, dividend: 1 };
  live.send(dividend as PortfolioMessage);
  live.copy();
  live.ask(buy('b2', '1'));
  const again = restarted(live.journal);
  run(again, [{ date: 20210104 }], false);
  again.send(dividend as PortfolioMessage);
  t.equal(picture(again), picture(live));
});

t.test('a split by a ratio that no decimal can write is that ratio', async (t) => {
  const factors = [1 / 3, 0.333333, 0.33333333, 3.000003, 2, 1.5, 0.05, 21 / 20, 1.0345678901];
  const after = factors.map((split) => {
    const books = openBooks();
    run(books, [{ date: 20210104, commands: [buy('b1', '3000')] }], true);
    run(books, [{ date: 20210105, actions: [{ split }] }], false);
    return formatDecimal(quantityOf(books.account().positions.get('AAA')!), 0);
  });
  const whole = ['1000', '1000', '1000', '9000', '6000', '4500', '150', '3150'];
  t.same(after, [...whole, '3103.70367']);
});

t.test('events of version 3, which told nothing of the market, wait for it', async (t) => {
  for (const [name, sessions] of Object.entries(CASES).slice(0, 4)) {
    const live = openBooks();
    run(live, sessions, true);
    const old = live.journal.map((event) => {
      const { seen, opening, market, ...entry } = event as PortfolioEvent & Record<string, unknown>;
      return live.behaviour.upcastEvent!(3, { ...entry, eventVersion: 3 } as never);
    });
    const again = restarted(old);
    t.match(again.ask(sessions[0]!.commands![0]!), { repeated: true }, 'all are acknowledged');
    again.copy();
    run(again, sessions, false);
    const [after, before] = [again, live].map((books) => {
      const position = books.account().positions.get('AAA')!;
      return text([quantityOf(position), costOf(position), [...books.account().sums]]);
    });
    t.equal(after, before, name);
    t.equal(again.state().waiting.length, 0);
  }
});

t.test('what never applies is kept, and stops nobody', async (t) => {
  const live = openBooks();
  run(live, CASES['shares that a split of the market made, delivered']!, true);
  const [, delivery] = live.journal;
  const { market: _market, ...alone } = delivery as PortfolioEvent & Record<string, unknown>;
  const again = restarted([alone as PortfolioEvent]);
  t.equal(again.state().waiting.length, 1);
  again.copy();
  t.equal(again.state().waiting.length, 1, 'a snapshot holds it');
  t.match(again.ask(buy('b9', '1')), { kind: 'command_applied' });
  const { entries } = again.ask<TransactionsShown>({
    kind: 'show_transactions',
    ...{ symbol: 'AAA', offset: 0, limit: 100 },
  });
  t.same(
    entries.map(({ entry, isInForce }) => [entry.eventId, isInForce]),
    [
      ['t1', false],
      ['b9', true],
    ],
  );
});
