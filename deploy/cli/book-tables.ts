// Portfolios as tables of `sluice sql`: what they hold, what they are in, what each scenario does.

import { Fault, type GivenTable } from '../../engine/index.js';
import type { PortfolioDetail } from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import type { RiskDetail } from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import type { ViewOptions } from './ask.js';
import type { NamedTables } from './named-tables.js';
import { dateText } from './output.js';
import { askPortfolio, askPortfolios, askRisk } from './portfolio-views.js';

/** Tables that a query may name. */
const COLUMNS = {
  portfolios: {
    portfolio: 'VARCHAR',
    name: 'VARCHAR',
    cash: 'DOUBLE',
    equity: 'DOUBLE',
    market_value: 'DOUBLE',
    unrealised: 'DOUBLE',
    gross_exposure: 'DOUBLE',
    net_exposure: 'DOUBLE',
    drawdown: 'DOUBLE',
    margin: 'DOUBLE',
    var_95: 'DOUBLE',
    var_99: 'DOUBLE',
    cvar_95: 'DOUBLE',
    cvar_99: 'DOUBLE',
  },
  positions: {
    portfolio: 'VARCHAR',
    symbol: 'VARCHAR',
    sector: 'VARCHAR',
    quantity: 'DOUBLE',
    cost: 'DOUBLE',
    last: 'DOUBLE',
    market_value: 'DOUBLE',
    weight: 'DOUBLE',
  },
  currencies: {
    portfolio: 'VARCHAR',
    currency: 'VARCHAR',
    cash: 'DOUBLE',
    accrued: 'DOUBLE',
    rate: 'DOUBLE',
    rate_date: 'DATE',
    value: 'DOUBLE',
    weight: 'DOUBLE',
  },
  memberships: { level: 'VARCHAR', group: 'VARCHAR', portfolio: 'VARCHAR' },
  scenario_profits: { portfolio: 'VARCHAR', date: 'DATE', profit: 'DOUBLE' },
} as const satisfies Readonly<Record<string, GivenTable['columns']>>;

/** They and the views over them. */
const NAMES = [...Object.keys(COLUMNS), 'group_profits', 'firms', 'desks', 'strategies'];

/** Portfolios that are asked for one by one; more are no question of a moment. */
const PORTFOLIOS_MAX = 2_000;

/** Portfolios asked at once. */
const AT_ONCE = 8;

/** Tables, and what is defined over them. */
export interface BookTables {
  readonly given: Readonly<Record<string, GivenTable>>;
  readonly definitions: readonly string[];
}

/**
 * Profits of groups are summed scenario by scenario, and only then is a quantile taken. The
 * quantile is linear between neighbours, the tail its mean, as in `risk show`; losses are positive.
 */
const DEFINITIONS = [
  `CREATE VIEW group_profits AS
    SELECT level, "group", date, sum(profit) AS profit
    FROM memberships JOIN scenario_profits USING (portfolio) GROUP BY ALL`,
  ...[
    ['firms', 'firm'],
    ['desks', 'desk'],
    ['strategies', 'strategy'],
  ].map(
    ([view, level]) => `CREATE VIEW ${view} AS
      SELECT "group" AS ${level}, date, profit FROM group_profits WHERE level = '${level}'`,
  ),
  ...[95, 99].flatMap((confidence) => {
    const share = (100 - confidence) / 100;
    return [
      `CREATE MACRO var_${confidence}(profit) AS -quantile_cont(profit, ${share})`,
      `CREATE MACRO cvar_${confidence}(profit) AS
        -list_avg(list_sort(list(profit))
          [1:CAST(floor((count(profit) - 1) * ${share}) AS INTEGER) + 1])`,
    ];
  }),
];

/** Their rows, a list a table. */
type Rows = Readonly<Record<keyof typeof COLUMNS, GivenTable['rows']>>;

function tablesOf(rows: Rows): BookTables['given'] {
  return {
    portfolios: { columns: COLUMNS.portfolios, rows: rows.portfolios },
    positions: { columns: COLUMNS.positions, rows: rows.positions },
    currencies: { columns: COLUMNS.currencies, rows: rows.currencies },
    memberships: { columns: COLUMNS.memberships, rows: rows.memberships },
    scenario_profits: { columns: COLUMNS.scenario_profits, rows: rows.scenario_profits },
  };
}

const NO_TABLES: BookTables = { given: {}, definitions: [] };

/** What the tables are, for who asks which there are. */
const NO_ROWS: BookTables = {
  given: tablesOf({
    portfolios: [],
    positions: [],
    currencies: [],
    memberships: [],
    scenario_profits: [],
  }),
  definitions: DEFINITIONS,
};

/**
 * The tables a query names, of the running system or the last run; without rows where it asks which
 * there are; none where it does neither. Errors: `sql.too_many_portfolios`, those of the system.
 */
export async function bookTables(
  { names, isListing }: NamedTables,
  options: ViewOptions,
): Promise<BookTables> {
  if (!NAMES.some((name) => names.has(name))) return isListing ? NO_ROWS : NO_TABLES;
  const { portfolios } = await askPortfolios(options);
  if (portfolios.length > PORTFOLIOS_MAX) {
    const text = `expected at most ${PORTFOLIOS_MAX} portfolios, was ${portfolios.length}`;
    throw new Fault('sql.too_many_portfolios', `${text}; record the run, and ask its recording`);
  }
  const details: PortfolioDetail[] = [];
  const risks: RiskDetail[] = [];
  for (let from = 0; from < portfolios.length; from += AT_ONCE) {
    const some = portfolios.slice(from, from + AT_ONCE);
    details.push(...(await Promise.all(some.map(({ id }) => askPortfolio(id, options)))));
    risks.push(...(await Promise.all(some.map(({ id }) => askRisk(id, options)))));
  }
  return {
    given: tablesOf({
      portfolios: portfoliosOf(details, risks),
      positions: positionsOf(details),
      currencies: currenciesOf(details),
      memberships: membershipsOf(details),
      scenario_profits: profitsOf(risks),
    }),
    definitions: DEFINITIONS,
  };
}

function portfoliosOf(
  details: readonly PortfolioDetail[],
  risks: readonly RiskDetail[],
): GivenTable['rows'] {
  return details.flatMap(({ summary }, index) => {
    const risk = risks[index]?.summary;
    if (summary === undefined || risk === undefined) return [];
    const { id, name, cash, equity, marketValue, unrealisedPnl, grossExposure } = summary;
    const { netExposure, drawdown, margin } = summary;
    const { var95, var99, cvar95, cvar99 } = risk;
    const worth = [Number(cash), equity, marketValue, unrealisedPnl];
    const exposures = [grossExposure, netExposure, drawdown, margin];
    return [[id, name, ...worth, ...exposures, var95, var99, cvar95, cvar99]];
  });
}

function positionsOf(details: readonly PortfolioDetail[]): GivenTable['rows'] {
  return details.flatMap(({ summary, positions }) =>
    positions.map(({ symbol, sector, quantity, cost, last, marketValue, weight }) => [
      summary?.id ?? '',
      symbol,
      sector,
      Number(quantity),
      Number(cost),
      last,
      marketValue,
      weight,
    ]),
  );
}

/** Of portfolios with several alone: of others `cash` of `portfolios` is all there is. */
function currenciesOf(details: readonly PortfolioDetail[]): GivenTable['rows'] {
  return details.flatMap(({ summary, currencies }) =>
    currencies.map(({ currency, cash, accrued, rate, rateDate, value, weight }) => [
      summary?.id ?? '',
      currency,
      Number(cash),
      Number(accrued),
      Number(rate),
      rateDate === 0 ? null : dateText(rateDate),
      value,
      weight,
    ]),
  );
}

function membershipsOf(details: readonly PortfolioDetail[]): GivenTable['rows'] {
  return details.flatMap(({ summary }) =>
    (summary?.groups ?? []).map(({ level, group }) => [level, group, summary?.id ?? '']),
  );
}

function profitsOf(risks: readonly RiskDetail[]): GivenTable['rows'] {
  return risks.flatMap(({ summary, scenarioPnl, scenarioDates }) =>
    scenarioDates.map((date, index) => [
      summary?.portfolio ?? '',
      dateText(date),
      scenarioPnl[index] ?? Number.NaN,
    ]),
  );
}
