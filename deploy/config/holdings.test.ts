// Files of holdings: read into columns, opened as they say, and their mistakes told by line.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { readHoldings } from './holdings.js';
import { readPortfolios } from './portfolio-config.js';
import { openingEvents } from './portfolio-opening.js';

/** A test that ends. */
interface Teardown {
  teardown(act: () => void): void;
}

const HEADER = 'portfolio,symbol,quantity,price';

/** Writes a file of holdings of those lines, and one of portfolios that names it. */
function written(t: Teardown, lines: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-holdings-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'held.csv');
  writeFileSync(file, lines.join('\n'));
  const portfolios = join(folder, 'portfolios.yaml');
  writeFileSync(
    portfolios,
    'limits: {}\nholdings: { file: held.csv, lots: lifo }\nportfolios: []\n',
  );
  return { file, portfolios };
}

t.test('portfolios open with what a file says they hold', async (t) => {
  const lines = [HEADER, 'a,AAPL,10,100', 'a,KO,-2.5,', 'a,USD,7.5,', 'b,XYZ,1,9', 'b,KO,3,50', ''];
  const { portfolios, holdings } = readPortfolios(written(t, lines).portfolios);
  t.match(portfolios, [
    { id: 'a', cash: 7_500_000n, lots: 'lifo' },
    { id: 'b', cash: 0n },
  ]);
  const symbols = ['AAPL', 'KO'];
  const market = {
    ...{ symbols, members: new Map(), closes: [90, 60], date: 20_201_231, holdings },
    rowOf: new Map(symbols.map((symbol, row) => [symbol, row])),
  };
  t.match(openingEvents(portfolios[0]!, market), [
    { kind: 'cash_moved', amount: 7_500_000n + 1_000_000_000n - 150_000_000n },
    { symbol: 'AAPL', quantity: 10_000_000n, price: 100_000_000n },
    { symbol: 'KO', quantity: -2_500_000n, price: 60_000_000n },
  ]);
  const [cash, ...bought] = openingEvents(portfolios[1]!, market);
  t.match(cash, { amount: 150_000_000n });
  t.match(bought, [{ symbol: 'KO' }], 'a symbol that the run lacks is left out');
  t.equal(bought.length, 1);
});

t.test('mistakes are told by their line', async (t) => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['a,AAPL,ten,100', /held\.csv:2:1 expected a quantity such as 12\.5, was ten/],
    ['a,AAPL,0,100', /expected a quantity other than 0, was 0/],
    ['a,AAPL,1,-5', /expected a price above 0, was -5/],
    ['a,aapl,1,5', /expected a symbol such as AAPL, was aapl/],
    ['A,AAPL,1,5', /expected an id of a-z, 0-9 and -, was A/],
    ['a,AAPL,1', /expected 4 fields, was 3/],
    ['a,AAPL,1,5\na,AAPL,2,5', /held\.csv:3:1 expected AAPL once in a, was another/],
    ['a,USD,1,\na,USD,2,', /held\.csv:3:1 expected one line of cash of a, was another/],
    ['a,USD,1,1', /expected no price of cash, was 1/],
    ['a,USD,1,\nb,USD,1,\na,KO,1,', /held\.csv:4:1 expected the lines of a together/],
  ];
  for (const [line, message] of wrong) {
    const { file } = written(t, [HEADER, line]);
    t.throws(() => readHoldings(file), { code: 'config.invalid', message }, line);
  }
  const { file } = written(t, ['id,what']);
  t.throws(() => readHoldings(file), { message: /held\.csv:1:1 expected portfolio,symbol/ });
  t.throws(() => readHoldings(`${file}.none`), { code: 'config.unreadable' });
});

t.test('an id of both files is told where it is written', async (t) => {
  const { portfolios } = written(t, [HEADER, 'a,USD,1,']);
  const item = "- { id: a, cash: '1', long: { all: true } }";
  writeFileSync(portfolios, `limits: {}\nholdings: { file: held.csv }\nportfolios:\n  ${item}\n`);
  t.throws(() => readPortfolios(portfolios), {
    code: 'config.invalid',
    message: /portfolios\.yaml:4:7 expected an id of its own, was a again/,
  });
  writeFileSync(portfolios, 'limits: {}\nholdings: { csv: held.csv }\nportfolios: []\n');
  t.throws(() => readPortfolios(portfolios), { message: /portfolios\.yaml:2:/ });
});
