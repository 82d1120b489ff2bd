// Commands that ask a running system over gRPC, and where it has ended its last run.

import { create, toJson } from '@bufbuild/protobuf';
import { STAGE_NAMES } from '../../actors/funnel/index.js';
import {
  DiffRequestSchema,
  ExplainRequestSchema,
  type Explanation,
  ExplanationSchema,
  Funnel,
  type FunnelDiff,
  FunnelDiffSchema,
  type FunnelSnapshot,
  FunnelSnapshotSchema,
  GetFunnelRequestSchema,
} from '../../proto/gen/sluice/funnel/v1/funnel_pb.js';
import {
  type CurrencyHolding,
  type PortfolioBatch,
  PortfolioBatchSchema,
  type PortfolioDetail,
  PortfolioDetailSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { type RiskDetail, RiskDetailSchema } from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { dateFlag } from '../app/settings.js';
import { askOrLastRun, type ViewOptions } from './ask.js';
import { optionRiskText, optionTable } from './option-text.js';
import {
  cents,
  dateText,
  grouped,
  minuteText,
  money,
  percent,
  print,
  prose,
  table,
} from './output.js';
import { askPortfolio, askPortfolios, askRisk, type PageOptions } from './portfolio-views.js';

/** The codes are those of a running system. */
const UNKNOWN_SYMBOL = { code: 'market.unknown_symbol', expected: 'a symbol' };
const NO_SESSION = { code: 'funnel.no_such_session', expected: 'a completed session' };

/** `funnel show` */
export async function funnelShow(options: ViewOptions): Promise<void> {
  const snapshot = await askOrLastRun(
    Funnel,
    options,
    (client) => client.call('get', create(GetFunnelRequestSchema)),
    { schema: FunnelSnapshotSchema, name: 'funnel' },
  );
  print(toJson(FunnelSnapshotSchema, snapshot), options.json === true, () => funnelText(snapshot));
}

/** A funnel as a table of stages with their members. */
function funnelText(snapshot: FunnelSnapshot): string {
  const rows = snapshot.stages.map(({ name, title }, index) => {
    const members = snapshot.members.filter(({ stage }) => stage > index);
    const only = members.filter(({ stage }) => stage === index + 1).map(({ symbol }) => symbol);
    const shown =
      only.slice(0, 8).join(' ') + (only.length > 8 ? ` and ${only.length - 8} more` : '');
    return [name, members.length, title, shown];
  });
  const survivors = snapshot.survivors.map(({ text }) => `\n${prose(text)}`);
  return [
    `${dateText(snapshot.date)}, ${snapshot.universe} symbols, ${ticksText(snapshot)}`,
    table([['stage', 'symbols', 'title', 'at this stage'], ...rows]),
    ...survivors,
  ].join('\n');
}

function ticksText({ outsideTicks }: FunnelSnapshot): string {
  const derived = 'prints derived from daily bars';
  return outsideTicks === 0n ? derived : `${derived} and ${outsideTicks} from outside`;
}

/** `funnel explain SYMBOL` */
export async function funnelExplain(symbol: string, options: ViewOptions): Promise<void> {
  const explanation = await askOrLastRun(
    Funnel,
    options,
    (client) => client.call('explain', create(ExplainRequestSchema, { symbol })),
    {
      schema: ExplanationSchema,
      name: `explanation/${symbol.toUpperCase()}`,
      unknown: UNKNOWN_SYMBOL,
    },
  );
  print(toJson(ExplanationSchema, explanation), options.json === true, () =>
    explanationText(explanation),
  );
}

function explanationText({ symbol, stage, stages, narrative }: Explanation): string {
  const lines = [`${symbol} passes ${stage} of ${stages.length} stages`];
  for (const { stage: name, passed, leaves } of stages) {
    lines.push(`${passed ? 'in ' : 'out'} ${name}`);
    for (const { outcome, label, detail } of leaves)
      lines.push(`      ${outcome.padEnd(9)} ${label} (${detail})`);
  }
  return narrative === undefined ? lines.join('\n') : [...lines, '', narrative.text].join('\n');
}

/** `funnel diff`. Errors: `flag.invalid`. */
export async function funnelDiff(options: ViewOptions & { readonly date?: string }): Promise<void> {
  const date = options.date === undefined ? 0 : dateFlag('--date', options.date);
  const diff = await askOrLastRun(
    Funnel,
    options,
    (client) => client.call('diff', create(DiffRequestSchema, { date })),
    { schema: FunnelDiffSchema, name: `diff/${date}`, unknown: NO_SESSION },
  );
  print(toJson(FunnelDiffSchema, diff), options.json === true, () => diffText(diff));
}

function diffText(diff: FunnelDiff): string {
  const lines = [`${dateText(diff.date)} against the close before`];
  const nameOf = (stage: number): string => STAGE_NAMES[stage - 1] ?? 'out';
  for (const kind of ['entered', 'promoted', 'demoted', 'left'] as const) {
    for (const { symbol, fromStage, toStage, why } of diff[kind]) {
      const move = `${nameOf(fromStage)} -> ${nameOf(toStage)}`;
      lines.push(`${kind.padEnd(8)} ${symbol.padEnd(6)} ${move}  ${why}`);
    }
  }
  return lines.join('\n');
}

/** `portfolio list` */
export async function portfolioList(options: ViewOptions & PageOptions): Promise<void> {
  const batch = await askPortfolios(options);
  print(toJson(PortfolioBatchSchema, batch), options.json === true, () => portfoliosText(batch));
}

function portfoliosText({ portfolios, total }: PortfolioBatch): string {
  const lines = table([
    ['id', 'equity', 'day', 'unrealised', 'drawdown', 'positions', 'breaches'],
    ...portfolios.map((p) =>
      p.unopened
        ? [p.id, '', '', '', '', '', 'not opened, limits not watched: portfolio show opens it']
        : [
            p.id,
            money(p.equity),
            money(p.dayPnl),
            money(p.unrealisedPnl),
            percent(p.drawdown),
            p.positions,
            p.breaches.join(', '),
          ],
    ),
  ]);
  if (total <= portfolios.length) return lines;
  return `${lines}\n${portfolios.length} of ${total}; others by --limit and --offset`;
}

/** `portfolio show ID` */
export async function portfolioShow(id: string, options: ViewOptions): Promise<void> {
  const detail = await askPortfolio(id, options);
  print(toJson(PortfolioDetailSchema, detail), options.json === true, () =>
    portfolioText(id, detail),
  );
}

/** Days after which a rate is called old: currencies move by a per cent a week. */
const RATE_DAYS_MAX = 7;

function portfolioText(id: string, { summary, positions, currencies }: PortfolioDetail): string {
  const { equity = 0, margin = Number.NaN } = summary ?? {};
  const used = equity > 0 ? `, ${((margin / equity) * 100).toFixed(1)} % of it` : '';
  return [
    `${id}: equity ${money(equity)}, cash ${money(Number(summary?.cash ?? 0))}, realised ${money(Number(summary?.realisedPnl ?? 0))}`,
    Number.isNaN(margin)
      ? 'margin: not known, as something that is owed has no price'
      : `margin ${money(margin)}${used}; excess ${money(equity - margin)}`,
    ...currencyTable(currencies),
    table([
      ['symbol', 'quantity', 'average cost', 'last', 'value', 'unrealised', 'weight'],
      ...positions.map((p) => [
        p.symbol,
        grouped(p.quantity),
        cents(p.averageCost),
        cents(p.last),
        money(p.marketValue),
        money(p.unrealisedPnl),
        percent(p.weight),
      ]),
    ]),
    ...optionTable(positions),
  ].join('\n');
}

/** What is held in each currency; nothing where there is one alone. */
function currencyTable(currencies: readonly CurrencyHolding[]): string[] {
  if (currencies.length === 0) return [];
  const lines = currencies.map((one) => [
    one.currency,
    grouped(one.cash),
    grouped(one.accrued),
    one.rate,
    one.rateDate === 0 ? 'long ago' : dateText(one.rateDate),
    money(one.value),
    percent(one.weight),
    warningOf(one),
  ]);
  const heads = ['currency', 'cash', 'accrued', 'rate', 'of', 'worth', 'exposure', ''];
  return [table([heads, ...lines])];
}

function warningOf({ rate, rateDays }: CurrencyHolding): string {
  if (rate === '') return 'there is no rate: it counts for nothing';
  return rateDays > RATE_DAYS_MAX ? `the rate is ${rateDays} days old` : '';
}

/** `risk show ID` */
export async function riskShow(id: string, options: ViewOptions): Promise<void> {
  const detail = await askRisk(id, options);
  print(toJson(RiskDetailSchema, detail), options.json === true, () => riskText(id, detail));
}

function riskText(id: string, { summary, limits, options }: RiskDetail): string {
  const { proxied = 0, asOfUs = 0 } = summary ?? {};
  return [
    `${id}: one-day loss over ${summary?.scenarios} scenarios, historical simulation, as of ${minuteText(asOfUs)}`,
    ...(proxied > 0
      ? [
          `${(proxied * 100).toFixed(1)} % of exposure and days have no return, which counts as no move: the loss is understated`,
        ]
      : []),
    table([
      ['confidence', 'value at risk', 'tail mean'],
      ['95 %', money(summary?.var95 ?? 0), money(summary?.cvar95 ?? 0)],
      ['99 %', money(summary?.var99 ?? 0), money(summary?.cvar99 ?? 0)],
    ]),
    ...optionRiskText(options),
    table([
      ['limit', 'severity', 'value', 'limit', 'used', ''],
      ...limits.map((limit) => [
        limit.name,
        limit.severity,
        percent(limit.value, 1),
        percent(limit.limit, 1),
        percent(limit.utilisation, 0),
        limit.breached ? 'breached' : '',
      ]),
    ]),
  ].join('\n');
}
