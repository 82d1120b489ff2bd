// Commands that ask a running system over gRPC.

import { create, toJson } from '@bufbuild/protobuf';
import { createGrpcClient } from '../../engine/index.js';
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
  GetPortfolioRequestSchema,
  ListPortfoliosRequestSchema,
  Portfolio,
  PortfolioBatchSchema,
  PortfolioDetailSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import {
  GetRiskRequestSchema,
  Risk,
  RiskDetailSchema,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import {
  ActorRequestSchema,
  ActorResponseSchema,
  Supervision,
  TreeRequestSchema,
  TreeResponseSchema,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import { EXIT, print, table } from './output.js';
import { dateText } from './run.js';

/** Flags of every remote command. */
export interface RemoteOptions {
  readonly address: string;
  readonly json?: boolean;
}

function money(amount: number): string {
  return amount.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** `funnel show` */
export async function funnelShow({ address, json }: RemoteOptions): Promise<void> {
  const client = createGrpcClient(Funnel, address);
  try {
    const snapshot = await client.call('get', create(GetFunnelRequestSchema));
    print(toJson(FunnelSnapshotSchema, snapshot), json === true, () => funnelText(snapshot));
  } finally {
    client.close();
  }
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
  const survivors = snapshot.survivors.map(({ text }) => `\n${text}`);
  return [
    `${dateText(snapshot.date)}, ${snapshot.universe} symbols, prints derived from daily bars`,
    table([['stage', 'symbols', 'title', 'at this stage'], ...rows]),
    ...survivors,
  ].join('\n');
}

/** `funnel explain SYMBOL` */
export async function funnelExplain(
  symbol: string,
  { address, json }: RemoteOptions,
): Promise<void> {
  const client = createGrpcClient(Funnel, address);
  try {
    const explanation = await client.call('explain', create(ExplainRequestSchema, { symbol }));
    print(toJson(ExplanationSchema, explanation), json === true, () =>
      explanationText(explanation),
    );
  } finally {
    client.close();
  }
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

/** `funnel diff` */
export async function funnelDiff(date: number, { address, json }: RemoteOptions): Promise<void> {
  const client = createGrpcClient(Funnel, address);
  try {
    const diff = await client.call('diff', create(DiffRequestSchema, { date }));
    print(toJson(FunnelDiffSchema, diff), json === true, () => diffText(diff));
  } finally {
    client.close();
  }
}

function diffText(diff: FunnelDiff): string {
  const lines = [`${dateText(diff.date)} against the close before`];
  for (const kind of ['entered', 'promoted', 'demoted', 'left'] as const) {
    for (const { symbol, fromStage, toStage, why } of diff[kind]) {
      lines.push(`${kind.padEnd(8)} ${symbol.padEnd(6)} ${fromStage} -> ${toStage}  ${why}`);
    }
  }
  return lines.join('\n');
}

/** `portfolio list` */
export async function portfolioList({ address, json }: RemoteOptions): Promise<void> {
  const client = createGrpcClient(Portfolio, address);
  try {
    const batch = await client.call('list', create(ListPortfoliosRequestSchema));
    print(toJson(PortfolioBatchSchema, batch), json === true, () =>
      table([
        ['id', 'equity', 'day', 'unrealised', 'drawdown', 'positions', 'breaches'],
        ...batch.portfolios.map((p) => [
          p.id,
          money(p.equity),
          money(p.dayPnl),
          money(p.unrealisedPnl),
          `${(p.drawdown * 100).toFixed(2)} %`,
          p.positions,
          p.breaches.join(', '),
        ]),
      ]),
    );
  } finally {
    client.close();
  }
}

/** `portfolio show ID` */
export async function portfolioShow(id: string, { address, json }: RemoteOptions): Promise<void> {
  const client = createGrpcClient(Portfolio, address);
  try {
    const detail = await client.call('get', create(GetPortfolioRequestSchema, { id }));
    print(toJson(PortfolioDetailSchema, detail), json === true, () =>
      [
        `${id}: equity ${money(detail.summary?.equity ?? 0)}, cash ${detail.summary?.cash}, realised ${detail.summary?.realisedPnl}`,
        table([
          ['symbol', 'quantity', 'average cost', 'last', 'value', 'unrealised', 'weight'],
          ...detail.positions.map((p) => [
            p.symbol,
            p.quantity,
            p.averageCost.toFixed(2),
            p.last.toFixed(2),
            money(p.marketValue),
            money(p.unrealisedPnl),
            `${(p.weight * 100).toFixed(2)} %`,
          ]),
        ]),
      ].join('\n'),
    );
  } finally {
    client.close();
  }
}

/** `risk show ID` */
export async function riskShow(id: string, { address, json }: RemoteOptions): Promise<void> {
  const client = createGrpcClient(Risk, address);
  try {
    const detail = await client.call('get', create(GetRiskRequestSchema, { portfolio: id }));
    const { summary } = detail;
    print(toJson(RiskDetailSchema, detail), json === true, () =>
      [
        `${id}: one-day loss over ${summary?.scenarios} scenarios, historical simulation`,
        table([
          ['confidence', 'value at risk', 'tail mean'],
          ['95 %', money(summary?.var95 ?? 0), money(summary?.cvar95 ?? 0)],
          ['99 %', money(summary?.var99 ?? 0), money(summary?.cvar99 ?? 0)],
        ]),
        table([
          ['limit', 'severity', 'value', 'limit', 'used', ''],
          ...detail.limits.map((limit) => [
            limit.name,
            limit.severity,
            limit.value.toFixed(4),
            limit.limit,
            `${(limit.utilisation * 100).toFixed(0)} %`,
            limit.breached ? 'breached' : '',
          ]),
        ]),
      ].join('\n'),
    );
  } finally {
    client.close();
  }
}

/** `actors tree` */
export async function actorsTree(match: string, { address, json }: RemoteOptions): Promise<void> {
  const client = createGrpcClient(Supervision, address);
  try {
    const tree = await client.call('tree', create(TreeRequestSchema, { match }));
    print(toJson(TreeResponseSchema, tree), json === true, () =>
      [
        table([
          ['address', 'state', 'shard', 'mailbox', 'turns', 'restarts'],
          ...tree.actors.map((a) => [
            a.address,
            a.state,
            a.shard,
            a.mailbox,
            Number(a.turns),
            a.restarts,
          ]),
        ]),
        `${tree.actors.length} of ${tree.total} actors`,
      ].join('\n'),
    );
  } finally {
    client.close();
  }
}

/** `actors restart ADDRESS` and `actors stop ADDRESS` */
export async function actorsLever(
  lever: 'restart' | 'stop',
  actor: string,
  { address, json }: RemoteOptions,
): Promise<void> {
  const client = createGrpcClient(Supervision, address);
  try {
    const response = await client.call(lever, create(ActorRequestSchema, { address: actor }));
    print(toJson(ActorResponseSchema, response), json === true, () => response.text);
    if (!response.accepted) process.exitCode = EXIT.failed;
  } finally {
    client.close();
  }
}
