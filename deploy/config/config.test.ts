// Configuration files: the shipped ones are sound, and mistakes are told with line and column.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import {
  createBoard,
  limitsOfPortfolio,
  limitsOfScope,
  RiskBoard,
} from '../../actors/groups/index.js';
import { judgeLimits, measuresOf } from '../../actors/limits/index.js';
import { inRepository } from '../app/paths.js';
import { readSettings } from '../app/settings.js';
import { checkFunnel, readFunnelConfig } from './funnel-config.js';
import { readMembers } from './members.js';
import { boardOf, checkPortfolios, readPortfolios } from './portfolio-config.js';
import { openingEvents, selectedRows } from './portfolio-opening.js';
import { parseYaml, readYaml } from './yaml-source.js';

const FUNNEL = inRepository('deploy', 'config', 'funnel.yaml');
const TEXT = readFileSync(FUNNEL, 'utf8');

t.test('the shipped funnel is sound and every threshold says why', async (t) => {
  const config = readFunnelConfig(FUNNEL);
  t.equal(config.stages.length, 6);
  t.equal(config.backfill.perSession, 25);
  t.notMatch(TEXT, /why: *\n/);
});

const mistakes: [string, string, string, RegExp][] = [
  [
    'an unknown feature',
    'feature: adx_14x',
    'feature: close',
    /funnel\.yaml:\d+:\d+ expected the name of a feature/,
  ],
  ['a wrong op', "op: '=>'", "op: '>='", /expected op to be one of/],
  ['a wrong stage name', 'name: energie', 'name: energy', /expected stage 4 to be named energy/],
  ['an unknown key', 'per_sesion: 25', 'per_session: 25', /expected one of per_session/],
  ['a text for a number', 'per_session: many', 'per_session: 25', /expected a number from 0/],
  [
    'the past of a rank',
    'ago: 3\n          feature: rank_roc_126',
    'feature: rank_roc_126',
    /expected a feature whose past is kept/,
  ],
];
for (const [what, wrong, right, expected] of mistakes) {
  t.test(`tells ${what} with its place`, async (t) => {
    const source = parseYaml(TEXT.replace(right, wrong), 'funnel.yaml');
    t.throws(() => checkFunnel(source), { code: 'config.invalid', message: expected });
  });
}

/** A line whose value holds nine copies of the line before. */
function aliases(index: number): string {
  const [name, before] = [String.fromCharCode(98 + index), String.fromCharCode(97 + index)];
  return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`;
}

t.test('broken YAML, a missing file and one that is too large are told', async (t) => {
  t.throws(() => parseYaml('a: [1', 'x.yaml'), {
    code: 'config.invalid',
    message: /x\.yaml:1:\d+/,
  });
  const bomb = ['a: &a [x]', ...Array.from({ length: 9 }, (_, i) => aliases(i))].join('\n');
  t.throws(() => parseYaml(bomb, 'x.yaml'), { code: 'config.invalid', message: /100 aliases/ });
  t.throws(() => readYaml('/nowhere/x.yaml'), { code: 'config.unreadable' });
  const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'big.yaml');
  writeFileSync(file, '#'.repeat(1_100_000));
  t.throws(() => readYaml(file), { code: 'config.too_large' });
  writeFileSync(file, Buffer.from('title: Caf\xe9\n', 'latin1'));
  t.throws(() => readYaml(file), { code: 'config.unreadable', message: /utf-8/ });
  const lines = ': : :\n'.repeat(100);
  t.throws(() => parseYaml(lines, 'x.yaml'), {
    code: 'config.invalid',
    message: /^(?:x\.yaml:.*\n){20}and \d+ mistakes more$/,
  });
  writeFileSync(file, 'stages: 5\n');
  t.throws(() => readFunnelConfig(file), {
    code: 'config.invalid',
    message: /expected the 6 stages/,
  });
});

t.test(
  'twenty-five portfolios open with whole shares and no more than their cash allows',
  async (t) => {
    const { portfolios, limits } = readPortfolios(
      inRepository('deploy', 'config', 'portfolios.yaml'),
    );
    t.equal(portfolios.length, 25);
    t.equal(limits.length, 14);
    const members = readMembers(inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv'));
    t.equal(members.get('AAPL')?.sector, 'Information Technology');
    const symbols = ['AAPL', 'KO', 'PEP'];
    const pair = portfolios.find(({ id }) => id === 'pair-coke-pepsi')!;
    const rowOf = new Map(symbols.map((symbol, row) => [symbol, row]));
    const closes = symbols.map(() => 50);
    const events = openingEvents(pair, { symbols, rowOf, members, closes, date: 20201231 });
    t.match(events, [
      { kind: 'cash_moved' },
      { symbol: 'KO', quantity: 100_000_000_000n },
      { symbol: 'PEP', quantity: -100_000_000_000n },
    ]);
  },
);

t.test('options are priced by what the file says, and mistakes are told', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'portfolios.yaml');
  const read = (options: string) => {
    writeFileSync(file, `limits: {}\noptions: ${options}\nportfolios: []\n`);
    return readPortfolios(file).optionPolicy;
  };
  t.same(read('{ rate: 0.02, volatilities: { AAPL: 0.3 }, dividend_yields: { KO: 0.03 } }'), {
    rate: 0.02,
    volatilities: new Map([['AAPL', 0.3]]),
    dividendYields: new Map([['KO', 0.03]]),
  });
  for (const wrong of ['{ rate: -0.1 }', '{ volatilities: { AAPL: 0 } }', '{ volatility: 1 }']) {
    t.throws(() => read(wrong), { code: 'config.invalid', message: /portfolios\.yaml:2:/ });
  }
});

t.test('a group of a sector is everybody by default, and has no fall', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'p.yaml');
  const read = (group: string) => {
    const portfolios = '[{ id: a, cash: "1", long: {} }, { id: b, cash: "1", long: {} }]';
    writeFileSync(file, `limits: {}\ngroups: [${group}]\nportfolios: ${portfolios}\n`);
    return readPortfolios(file);
  };
  const energy = '{ id: e, level: sector, sector: Energy, limits: { var99: { hard: 0.1 } } }';
  const known = new Map([['XOM', { symbol: 'XOM', name: 'Exxon', sector: 'Energy' }]]);
  const board = boardOf(read(energy), ['AAPL', 'XOM'], known);
  t.match(board, { sectors: ['', 'Energy'], groups: [{ sector: 'Energy', members: [0, 1] }] });
  const own = read('{ id: e, level: sector, sector: Energy, portfolios: [b] }');
  t.match(boardOf(own).groups, [{ members: [1] }]);
  for (const [wrong, message] of [
    ['{ id: e, level: sector }', /expected the name of a sector/],
    ['{ id: e, level: firm, sector: Energy }', /a sector only where the level is sector/],
    [energy.replace('var99', 'drawdown'), /expected one of gross_exposure.* was drawdown/],
  ] as const) {
    t.throws(() => read(wrong), { code: 'config.invalid', message }, wrong);
  }
});

t.test('no sample portfolio breaks a limit by the rule that it is made of', async (t) => {
  const config = readPortfolios(inRepository('deploy', 'config', 'portfolios.yaml'));
  const members = readMembers(inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv'));
  const symbols = [...members.keys()];
  for (const { id, long, longShare, short, shortShare } of config.portfolios) {
    const eachLong = longShare / selectedRows(long, symbols, members).length;
    const shorts = short === undefined ? [] : selectedRows(short, symbols, members);
    const measures = measuresOf({
      equity: 1,
      gross: longShare + shortShare,
      net: longShare - shortShare,
      largest: Math.max(eachLong, shorts.length === 0 ? 0 : shortShare / shorts.length),
      var99: 0,
      gamma: 0,
      vega: 0,
      margin: 0.25 * longShare + 0.3 * shortShare,
      peak: 1,
    });
    const { transitions } = judgeLimits(limitsOfPortfolio(config, id), measures, []);
    t.same(transitions, [], id);
  }
});

t.test('a portfolio may begin with cash alone', async (t) => {
  const source = parseYaml('limits: {}\nportfolios:\n  - { id: a, cash: "1" }\n', 'p.yaml');
  t.match(checkPortfolios(source).portfolios, [
    { id: 'a', cash: 1_000_000n, long: { all: false, sector: '', symbols: [] } },
  ]);
});

t.test('mistakes in portfolios are told with their place', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'p.yaml');
  writeFileSync(
    file,
    'limits: { var99: { hard: -1 } }\nalerts: { webhook: ftp://x }\nportfolios:\n  - { id: A B, cash: x, long: { symbols: 3 }, long_share: 9 }\n  - { id: a, cash: "1", long: {} }\n  - { id: a, cash: "1", long: {} }\n',
  );
  t.throws(() => readPortfolios(file), {
    message:
      /:1:\d+ expected[\s\S]*:2:11 expected an addr[\s\S]*:4:\d+ exp[\s\S]*:6:\d+ expected an id/,
  });
});

t.test('a portfolio may have limits of its own, measure by measure', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'p.yaml');
  const read = (own: string) => {
    const limits = 'limits: { gross_exposure: { hard: 2 }, single_name: { soft: 0.1, hard: 0.3 } }';
    const b = '{ id: b, cash: "1", long: {} }';
    writeFileSync(
      file,
      `${limits}\nportfolios:\n  - { id: a, cash: "1", long: {}, limits: ${own} }\n  - ${b}\n`,
    );
    return readPortfolios(file);
  };
  const board = boardOf(read('{ single_name: { hard: 1.1, actions: { hard: block } } }'));
  t.same(limitsOfScope(board, 'portfolio/a'), [
    { measure: 'gross_exposure', severity: 'hard', limit: 2 },
    { measure: 'single_name', severity: 'hard', limit: 1.1, action: 'block' },
  ]);
  t.equal(limitsOfScope(board, 'portfolio/b').length, 3);
  const broken = createBoard(board, 1);
  const { action } = new RiskBoard(broken, board, 1).standingOf('a', [false, true], 0);
  t.equal(action, 'block');
  for (const [own, message] of [
    ['{ single_name: { hard: 0 } }', /:3:60 expected a number above 0/],
    ['{ beta: { hard: 1 } }', /:3:\d+ expected/],
    ['7', /:3:35 expected a mapping/],
  ] as const) {
    t.throws(() => read(own), { code: 'config.invalid', message }, own);
  }
});

t.test('what orders are judged by is read, and mistakes in it are told', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'p.yaml');
  const read = (pretrade: string) => {
    writeFileSync(file, `limits: {}\npretrade: ${pretrade}\nportfolios: []\n`);
    return readPortfolios(file).policy;
  };
  t.match(
    read('{ enforce: true, rate: { trades: 5, seconds: 2 }, short: { available: { T: 9 } } }'),
    {
      enforce: true,
      collar: 0.1,
      rateMax: 5,
      rateWindowUs: 2_000_000,
      refusesClosed: false,
      shortAvailable: new Map([['T', 9]]),
    },
  );
  t.equal(read('{ when_closed: refuse }').refusesClosed, true);
  for (const [wrong, message] of [
    ['{ enforced: true }', /p\.yaml:2:13 expected one of enforce, collar/],
    ['{ enforce: 1 }', /p\.yaml:2:13 expected one of false, true, was 1/],
    ['{ collar: -0.1 }', /p\.yaml:2:13 expected a number from 0 to 1, was -0.1/],
    ['{ collar: .nan }', /was NaN/],
    ['{ rate: { trades: 0 } }', /p\.yaml:2:21 expected a number from 1 to 10000, was 0/],
    ['{ restricted: { AAPL: "" } }', /p\.yaml:2:27 expected a reason/],
    ['{ restricted: { aapl: x } }', /p\.yaml:2:27 expected a symbol such as AAPL, was aapl/],
    ['{ short: { available: { T: many } } }', /p\.yaml:2:35 expected a number from 0/],
    ['[]', /p\.yaml:2:1 expected a mapping/],
  ] as const) {
    t.throws(() => read(wrong), { code: 'config.invalid', message }, wrong);
  }
});

t.test('limits that contradict each other and groups that are none are told', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'p.yaml');
  const read = (limits: string, groups: string) => {
    const portfolios = '[{ id: a, cash: "1", long: {} }, { id: b, cash: "1", long: {} }]';
    writeFileSync(file, `limits: ${limits}\ngroups: ${groups}\nportfolios: ${portfolios}\n`);
    return readPortfolios(file);
  };
  const sound = read(
    '{ var99: { warning: 0.1, soft: 0.2, hard: 0.3, actions: { hard: block } } }',
    '[{ id: x, level: desk, portfolios: [b, a] }, { id: y, level: firm }]',
  );
  t.match(boardOf(sound).groups, [{ members: [0, 1] }, { members: [0, 1] }]);
  t.match(sound.limits[2], { severity: 'hard', action: 'block' });
  for (const [limits, message] of [
    ['{ var99: { soft: 0.3, hard: 0.2 } }', /:1:31 expected more than the soft limit of 0.3/],
    ['{ var99: { warning: 1, hard: 1 } }', /:1:32 expected more than the warning limit of 1/],
    [
      '{ var99: { soft: 1, hard: 2, actions: { soft: block, hard: alert } } }',
      /:1:62 expected an action no weaker than block/,
    ],
    ['{ var99: { hard: 2, actions: { soft: block } } }', /:1:40 expected a soft limit for/],
    ['{ var99: { hard: 2, actions: { hard: explode } } }', /:1:40 expected one of alert, reduce/],
  ] as const) {
    t.throws(() => read(limits, '[]'), { code: 'config.invalid', message }, limits);
  }
  for (const [groups, message] of [
    ['[{ id: x, level: club, portfolios: [a] }]', /:2:19 expected one of strategy, desk, firm/],
    ['[{ id: x, level: desk, portfolios: [] }]', /:2:32 expected a list of at least one/],
    ['[{ id: x, level: desk, portfolios: [a, c] }]', /:2:48 expected the id of a portfolio, was c/],
    ['[{ id: x, level: desk, portfolios: [a, a] }]', /:2:48 expected each portfolio once/],
    ['[{ id: x, level: firm, portfolios: [a] }]', /:2:32 expected no portfolios: a firm has all/],
    ['[{ id: x, level: firm }, { id: x, level: firm }]', /:2:36 expected an id of its own/],
  ] as const) {
    t.throws(() => read('{}', groups), { code: 'config.invalid', message }, groups);
  }
});

t.test('what halts trading is read, and steps that contradict each other are told', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'p.yaml');
  const read = (breakers: string) => {
    writeFileSync(file, `limits: {}\nbreakers: ${breakers}\nportfolios: []\n`);
    return readPortfolios(file).breakers;
  };
  t.match(
    read(
      '{ move: { max: 0.1, minutes: 5 }, age_minutes_max: 2, market: [{ fall: 0.07, minutes: 15 }] }',
    ),
    {
      moveMax: 0.1,
      moveHaltUs: 300_000_000,
      ageMaxUs: 120_000_000,
      spreadMax: Number.POSITIVE_INFINITY,
      market: [{ fall: 0.07, haltUs: 900_000_000 }],
    },
  );
  for (const [wrong, message] of [
    ['{ move: { max: 0.1 } }', /:2:13 expected a number above 0 up to 10080, was undefined/],
    ['{ spread_max: 0 }', /:2:13 expected a number above 0 up to 2, was 0/],
    [
      '{ market: [{ fall: 0.2, minutes: 5 }, { fall: 0.1, minutes: 5 }] }',
      /:2:51 expected a larger/,
    ],
    [
      '{ market: [{ fall: 0.1, minutes: 5 }, { fall: 0.2, minutes: 1 }] }',
      /:2:62 expected a larger/,
    ],
    ['{ halt: 1 }', /:2:13 expected one of move, spread_max/],
  ] as const) {
    t.throws(() => read(wrong), { code: 'config.invalid', message }, wrong);
  }
});

t.test(
  'how long a turn and how large a heap may be is said by flags, or left as it is',
  async (t) => {
    t.match(readSettings({ hungMs: '5000', shardHeap: '256' }), { hungMs: 5_000, heapMibMax: 256 });
    t.match(readSettings({}), { hungMs: undefined, heapMibMax: undefined });
  },
);

const flags: [string, Record<string, string>][] = [
  ['--from', { from: '2021-02-30' }],
  ['--to', { from: '2020-01-02', to: '2020-01-01' }],
  ['--ticks-per-bar', { ticksPerBar: '7' }],
  ['--pace', { pace: '0' }],
  ['--pace', { pace: 'fast' }],
  ['--shards', { shards: '0' }],
  ['--hung-ms', { hungMs: '10' }],
  ['--shard-heap', { shardHeap: '1GB' }],
  ['--residents-max', { residentsMax: '0' }],
  ['--warmup', { warmup: '1' }],
  ['--symbols', { symbols: 'AAPL;DROP' }],
];
for (const [name, flag] of flags) {
  t.test(`refuses ${JSON.stringify(flag)} by name`, async (t) => {
    t.throws(() => readSettings(flag), {
      code: 'flag.invalid',
      message: new RegExp(`^${name}: expected`),
    });
  });
}

t.test('an owner is a word, and has few enough portfolios to be read together', async (t) => {
  const read = (count: number, owner: string) => {
    const file = join(t.testdir(), 'portfolios.yaml');
    const lines = Array.from(
      { length: count },
      (_, at) => `  - { id: p${at}, cash: "1", long: {}, owner: ${owner} }`,
    );
    writeFileSync(file, `limits: {}\nportfolios:\n${lines.join('\n')}\n`);
    return readPortfolios(file).portfolios.map((one) => one.owner);
  };
  t.same(read(2, 'alice'), ['alice', 'alice']);
  t.throws(() => read(1, '"A B"'), {
    message: /:3:\d+ expected a name of a-z, 0-9 and -, was A B/,
  });
  t.throws(() => read(21, 'alice'), { message: /expected at most 20 portfolios of one owner/ });
});
