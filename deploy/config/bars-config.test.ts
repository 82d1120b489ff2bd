// Plans of live bars: the shipped one is sound, and mistakes are told with line and column.

import t from 'tap';
import { SERIES_STYLES } from '../../actors/bars/index.js';
import { inRepository } from '../app/paths.js';
import { checkBarsPlan, readBarsPlan } from './bars-config.js';
import { parseYaml } from './yaml-source.js';

const check = (series: string, head = 'symbols: all\nkept: 5') =>
  checkBarsPlan(parseYaml(`${head}\nseries:\n  - ${series}`, 'b.yaml'));

t.test('of the shipped plans one is small, and one has a series of every style', async (t) => {
  const small = readBarsPlan(inRepository('deploy', 'config', 'bars.yaml'));
  const every = readBarsPlan(inRepository('deploy', 'config', 'bars-every-style.yaml'));
  t.same(new Set(every.series.map(({ style }) => style.kind)), new Set(SERIES_STYLES));
  t.ok(small.series.length > 1 && small.series.length < every.series.length);
  for (const { symbols, kept } of [small, every]) {
    t.same(symbols, ['AAPL', 'MSFT']);
    t.equal(kept, 1_000);
  }
});

t.test('a series says what it needs and nothing else', async (t) => {
  t.same(check('{ name: a, style: quote, every: 30s, hours: all }').series, [
    { name: 'a', style: { kind: 'quote', every: { unit: 'second', count: 30 }, hours: 'all' } },
  ]);
  t.same(check('{ name: p, style: point-and-figure, size: 0.5, reversal: 3 }').series[0]?.style, {
    kind: 'point-and-figure',
    size: 0.5,
    reversal: 3,
  });
});

const mistakes: [string, string, RegExp][] = [
  [
    'an unknown style',
    '{ name: a, style: kagi }',
    /b\.yaml:4:\d+ expected one of time, .*was kagi/,
  ],
  [
    'a name twice',
    '{ name: a, style: tick, size: 2 }\n  - { name: a, style: tick, size: 3 }',
    /5:7/,
  ],
  ['a bad length', '{ name: a, style: time, every: 90x }', /expected such as 1s, 5m.*was 90x/],
  ['a day and a half', '{ name: a, style: time, every: 36h }', /was 36h/],
  ['other hours', '{ name: a, style: time, every: 1h, hours: night }', /regular or all, was night/],
  ['no size', '{ name: a, style: renko }', /a number from 0\.0001 to .*was undefined/],
  ['half a session', '{ name: a, style: renko-atr, sessions: 1.5 }', /whole number.*was 1\.5/],
  [
    'a key of another style',
    '{ name: a, style: tick, size: 2, every: 1h }',
    /one of name, style, size/,
  ],
];
for (const [what, series, expected] of mistakes) {
  t.test(`tells ${what} with its place`, async (t) => {
    t.throws(() => check(series), { code: 'config.invalid', message: expected });
  });
}

t.test('tells symbols that are none, and too many bars', async (t) => {
  const series = '{ name: a, style: tick, size: 2 }';
  t.throws(() => check(series, 'symbols: [aapl]\nkept: 1'), {
    message: /b\.yaml:1:1 expected all/,
  });
  t.throws(() => check(series, 'symbols: all\nkept: 1e9'), { message: /b\.yaml:2:1 .*to 10000/ });
});
