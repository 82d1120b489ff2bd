// Overrides by market time across runs, revoked and overlapping ones, breaches that kill once.

import t, { type Test } from 'tap';
import { NO_BREAKERS } from '../../../actors/breakers/index.js';
import { type BoardConfig, createBoard, RiskBoard } from '../../../actors/groups/index.js';
import { Fault, Journal } from '../../../engine/index.js';
import { temporaryFolder } from '../../services/test-system.js';
import { LeverAudit, readAudit } from '../journal/lever-audit.js';
import type { Market } from '../market/market.js';
import { LimitsPart } from './limits-part.js';
import { stateOf } from './overrides.js';
import { type Controlled, RiskControls } from './risk-controls.js';

const MINUTE = 60_000_000;
const DAY = 24 * 60 * MINUTE;

const BOARD: BoardConfig = {
  portfolios: ['a'],
  limits: [{ measure: 'var99', severity: 'hard', limit: 0.1, action: 'block' }],
  groups: [
    {
      id: 'firm',
      level: 'firm',
      members: [0],
      limits: [{ measure: 'drawdown', severity: 'hard', limit: 0.2, action: 'kill' }],
    },
  ],
};

const WANTED = {
  scope: 'portfolio/a',
  measure: 'var99',
  severity: 'hard',
  reason: 'hedge arrives',
  by: 'ann',
};

/** A process on a folder: its clock is set, and what a portfolio that broke its limit may do. */
function beginRun(folder: string) {
  const journal = Journal.open(folder);
  const clock = { nowUs: 0 };
  const board = new RiskBoard(createBoard(BOARD, 1), BOARD, 1);
  const controls = new RiskControls(journal, board, () => clock.nowUs);
  const actionAt = (nowUs: number): string => {
    clock.nowUs = nowUs;
    controls.onTime(nowUs);
    return board.standingOf('a', [true], nowUs).action;
  };
  const stateAt = (id: number, nowUs: number): string =>
    stateOf(controls.overrides.find((one) => one.id === id)!, nowUs);
  const set = async (minutes: number): Promise<number> => {
    const id = idOf(await controls.request(WANTED, minutes));
    idOf(await controls.approve(id, 'bob'));
    return id;
  };
  return { journal, clock, board, controls, actionAt, stateAt, set };
}

function idOf(outcome: Controlled): number {
  if (outcome.kind === 'refusal') throw new Error(outcome.text);
  return outcome.id;
}

t.test('an override is in force in its own minutes of market time, in whatever run', async (t) => {
  const folder = temporaryFolder(t, 'controls');
  const first = beginRun(folder);
  t.equal(first.actionAt(40 * DAY), 'block');
  const id = await first.set(60);
  t.equal(first.actionAt(40 * DAY), 'alert');
  t.equal(first.actionAt(40 * DAY + 60 * MINUTE), 'block');
  const waits = idOf(await first.controls.request(WANTED, 60));
  await first.journal.close();

  const second = beginRun(folder);
  for (const day of [0, 1, 10, 39]) t.equal(second.actionAt(day * DAY), 'block', `day ${day}`);
  t.equal(second.stateAt(id, DAY), 'ahead');
  t.match(await second.controls.approve(waits, 'bob'), { code: 'limits.not_yet' });
  t.equal(second.actionAt(40 * DAY + MINUTE), 'alert', 'as it was at that time');
  t.equal(second.actionAt(40 * DAY + 60 * MINUTE), 'block');
  t.match(await second.controls.approve(waits, 'bob'), { kind: 'done' });
  await second.journal.close();
});

t.test('a second override never shortens the first, and each has its time', async (t) => {
  const { controls, clock, actionAt, set, journal } = beginRun(temporaryFolder(t, 'controls'));
  await set(600);
  clock.nowUs = MINUTE;
  await set(1);
  t.equal(actionAt(599 * MINUTE), 'alert');
  t.equal(actionAt(600 * MINUTE), 'block');
  const id = await set(10);
  t.match(await controls.approve(id, 'carl'), { code: 'limits.already_approved' });
  t.equal(controls.overrides[0]!.approvedBy, 'bob');
  t.equal(actionAt(609 * MINUTE), 'alert');
  await journal.close();
});

t.test('one person takes an override back, at once and for every run', async (t) => {
  const folder = temporaryFolder(t, 'controls');
  const first = beginRun(folder);
  const id = await first.set(60);
  t.equal(first.actionAt(10 * MINUTE), 'alert');
  t.match(await first.controls.revoke(id, ' '), { code: 'limits.bad_name' });
  t.match(await first.controls.revoke(999, 'ann'), { code: 'limits.unknown_override' });
  idOf(await first.controls.revoke(id, 'ann'));
  t.equal(first.actionAt(10 * MINUTE), 'block');
  t.match(await first.controls.revoke(id, 'bob'), { code: 'limits.revoked' });
  const asked = idOf(await first.controls.request(WANTED, 60));
  idOf(await first.controls.revoke(asked, 'carl'));
  t.match(await first.controls.approve(asked, 'bob'), { code: 'limits.revoked' });
  await first.journal.close();
  const second = beginRun(folder);
  t.equal(second.actionAt(9 * MINUTE), 'alert', 'it was in force until then');
  t.equal(second.actionAt(11 * MINUTE), 'block');
  t.equal(second.stateAt(id, 0), 'revoked');
  await second.journal.close();
});

/** The limits of a market that this test plays: only what they read of one is there. */
function limitsOn(t: Test, journal: Journal, pause = async () => {}) {
  const audit = new LeverAudit(journal, () => 0);
  const said: string[] = [];
  const market = {
    journal,
    board: BOARD,
    memory: { board: createBoard(BOARD, 1), breakers: new SharedArrayBuffer(32) },
    file: { bars: { symbols: ['A'] } },
    options: { portfolios: { breakers: NO_BREAKERS } },
    sequencer: { openUs: 0 },
    state: 'running',
    beforeClose: () => {},
    logs: { process: { say: (...line: string[]) => said.push(line.join(' ')) } },
  };
  const limits = new LimitsPart({
    market: market as unknown as Market,
    audit,
    figures: () => [],
    declared: () => new Set(),
    onAlert: () => {},
    pause,
  });
  const breach = { kind: 'limit_breached', measure: 'drawdown', severity: 'hard', limit: 0.2 };
  const publish = (): void =>
    limits.onPublished('groups', {
      kind: 'groups_marked',
      pointIndex: 1,
      timeUs: 5,
      groups: [],
      transitions: [{ ...breach, value: 0.3, group: 'firm' }],
    } as { readonly kind: string });
  const entries = () => readAudit(journal, { limit: 9, offset: 0 } as never).entries;
  /** Everything that was asked for has been written once a decision of its own has. */
  const settled = async (): Promise<void> => {
    const by = { by: 'ann', reason: 'drill', on: false } as const;
    t.ok((await limits.setKillSwitch(by as never, 'http')).accepted);
  };
  return { limits, publish, entries, settled, said };
}

t.test('a breach turns the kill switch once, and the record tells no second time', async (t) => {
  const folder = temporaryFolder(t, 'controls');
  const journal = Journal.open(folder);
  const first = limitsOn(t, journal);
  first.publish();
  first.publish();
  await first.settled();
  const targets = first.entries().map(({ by, target, outcome }) => [by, target, outcome]);
  t.same(targets, [
    ['ann', 'off', 'accepted'],
    ['limits', 'on', 'accepted'],
  ]);
  const second = limitsOn(t, journal);
  second.publish();
  await second.settled();
  t.equal(second.entries().filter(({ by }) => by === 'limits').length, 1, 'a new run tells it too');
  t.equal(second.said.filter((line) => line.includes('kill switch')).length, 0);
  await journal.close();
});

t.test('a breach that a full disk met is told and kills once there is room', async (t) => {
  const whole = Journal.open(temporaryFolder(t, 'controls'));
  const disk = { isFull: true, refused: 0 };
  const append: Journal['append'] = (records) => {
    if (!disk.isFull) return whole.append(records);
    disk.refused++;
    return Promise.reject(new Fault('journal.disk_full', 'expected room', { retryable: true }));
  };
  const journal = new Proxy(whole, {
    get: (_journal, name) => {
      const found = Reflect.get(whole, name, whole);
      return name === 'append' ? append : typeof found === 'function' ? found.bind(whole) : found;
    },
  });
  let pauses = 0;
  const { limits, publish, settled } = limitsOn(t, journal, async () => {
    if (++pauses === 6) disk.isFull = false;
  });
  publish();
  await limits.alerts.settled();
  t.match(limits.alerts.since(0).alerts, [{ number: 1, scope: 'group/firm' }]);
  await settled();
  const kinds = whole.events('risk/controls').map((event) => (event as { on?: boolean }).on);
  t.same(kinds.includes(true), true, 'the switch was turned');
  t.ok(disk.refused >= 6, `${disk.refused} refused`);
  await whole.close();
});

t.test('an outcome that can not be recorded is counted', async (t) => {
  const journal = Journal.open(temporaryFolder(t, 'controls'));
  const audit = new LeverAudit(journal, () => 0);
  const puller = { by: 'ann', door: 'http', reason: 'drill' } as const;
  await audit.around(puller, { lever: 'restart', target: 'x' }, async () => {
    await journal.close();
    return { accepted: true, code: '', text: '' };
  });
  t.equal(audit.outcomesLost, 1);
});
