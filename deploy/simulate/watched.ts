// What of some seeds' hosts is watched: groups with limits, limits that act, rules that alert.

import { type AlertRule, NO_RULES } from '../../actors/alerts/index.js';
import { type BoardConfig, scopesOf } from '../../actors/groups/index.js';
import { checkAlertRules } from '../config/alerts-config.js';
import { parseYaml } from '../config/yaml-source.js';
import { watchedNames } from '../roles/watched-names.js';
import { SYMBOLS } from './market-walk.js';

/** Portfolios of the simulated host, spread over the shards by the real placement. */
export const PORTFOLIOS = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot'] as const;

/** Limits, groups and rules of a host. */
export interface Watched {
  readonly board: BoardConfig;
  readonly alerts: readonly AlertRule[];
}

/** Limits of portfolios alone. */
export const PLAIN: Watched = {
  board: {
    portfolios: PORTFOLIOS,
    limits: [
      { measure: 'single_name', severity: 'hard', limit: 0.5 },
      { measure: 'drawdown', severity: 'soft', limit: 0.1 },
    ],
    groups: [],
  },
  alerts: NO_RULES,
};

/** Limits that are broken and kept again many times within a seed, and one that kills. */
const BOARD: BoardConfig = {
  portfolios: PORTFOLIOS,
  limits: [
    { measure: 'gross_exposure', severity: 'warning', limit: 0.2 },
    { measure: 'single_name', severity: 'soft', limit: 0.25, action: 'reduce_only' },
    { measure: 'var99', severity: 'hard', limit: 0.01, action: 'block' },
  ],
  groups: [
    {
      id: 'firm',
      level: 'firm',
      members: [0, 1, 2, 3, 4, 5],
      limits: [
        { measure: 'net_exposure', severity: 'soft', limit: 0.15 },
        { measure: 'gross_exposure', severity: 'hard', limit: 0.4, action: 'kill' },
      ],
    },
    {
      id: 'desk',
      level: 'desk',
      members: [1, 2, 5],
      limits: [{ measure: 'var99', severity: 'soft', limit: 0.006, action: 'block' }],
    },
    {
      id: 'metals',
      level: 'sector',
      members: [0, 3, 4],
      sector: 'metals',
      limits: [{ measure: 'gross_exposure', severity: 'soft', limit: 0.1 }],
    },
  ],
  sectors: ['metals', 'metals', 'grain', 'grain'],
};

/** Rules over each kind of scope; some look back at closes. */
const RULES = `
rules:
  - id: heavy
    for: portfolios
    severity: warning
    text: It holds much
    when: { feature: gross_exposure, op: '>', than: equity, than_times: 0.2, why: simulated }
    release: { feature: gross_exposure, op: '<', than: equity, than_times: 0.15 }
  - id: falls
    for: portfolios
    severity: notice
    text: It is worth less than two closes ago
    when: { feature: equity, op: '<', than: { feature: equity, ago: 2 }, why: simulated }
  - id: used
    for: groups
    severity: critical
    text: A limit is used up
    when: { feature: limit_use, op: '>', value: 0.8, why: simulated }
    release: { feature: limit_use, op: '<', value: 0.6 }
  - id: rises
    for: symbols
    severity: notice
    text: It is above its last close
    when: { feature: close, op: '>', than: { feature: close, ago: 1 }, why: simulated }
`;

const WATCHED: Watched = {
  board: BOARD,
  alerts: checkAlertRules(parseYaml(RULES, 'simulated'), watchedNames(BOARD, SYMBOLS)),
};

/** What is watched of a seed: every other eight have groups and rules. */
export function watchedOf(seed: number): Watched {
  return (seed & 8) === 0 ? WATCHED : PLAIN;
}

/** Limits of every scope of a board, each by what decisions name it by. */
export function limitsOn(board: BoardConfig) {
  return scopesOf(board).flatMap((scope, place) => {
    const group = board.groups[place - board.portfolios.length];
    const limits = group === undefined ? board.limits : group.limits;
    return limits.map(({ measure, severity }, limit) => ({
      scope,
      place,
      limit,
      measure,
      severity,
    }));
  });
}
