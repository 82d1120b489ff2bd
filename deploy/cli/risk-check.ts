// `risk check`: an order against every rule, with the portfolio before and after it.

import { create, toJson } from '@bufbuild/protobuf';
import { Fault } from '../../engine/index.js';
import {
  CheckOrderRequestSchema,
  type CheckOrderResponse,
  CheckOrderResponseSchema,
  type Finding,
  Risk,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { type AskOptions, askSystem } from './ask.js';
import { EXIT, money, percent, print, shares, table } from './output.js';

/** Flags of `risk check`. */
export interface CheckFlags extends AskOptions {
  readonly symbol: string;
  readonly quantity: string;
  readonly price?: string;
  readonly fee?: string;
  readonly exercise?: boolean;
}

/**
 * Asks the portfolio what an order would do; ends with 1 where a rule says no.
 * Errors: `flag.invalid`, `grpc.refused` for an order that can't be read.
 */
export async function riskCheck(portfolio: string, options: CheckFlags): Promise<void> {
  const { symbol, quantity, price = '', fee = '', exercise = false } = options;
  if (!/^[+-]?\d/.test(quantity)) {
    const text = `--quantity: expected shares such as 100, or -100 to sell, was "${quantity.slice(0, 64)}"`;
    throw new Fault('flag.invalid', text);
  }
  const request = create(CheckOrderRequestSchema, {
    portfolio,
    symbol,
    side: exercise ? 'exercise' : quantity.startsWith('-') ? 'sell' : 'buy',
    quantity: quantity.replace(/^[+-]/, ''),
    price,
    fee,
  });
  const checked = await askSystem(Risk, options, (client) => client.call('checkOrder', request));
  print(toJson(CheckOrderResponseSchema, checked), options.json === true, () =>
    [
      `${portfolio}: ${exercise ? 'exercise of ' : ''}${quantity} ${symbol.toUpperCase()}`,
      checkText(checked),
    ].join(' '),
  );
  if (!checked.allowed) process.exitCode = EXIT.failed;
}

function checkText({ allowed, enforced, findings, before, after, price }: CheckOrderResponse) {
  const verdict = allowed ? 'allowed' : `not allowed${enforced ? '' : ' (told, not enforced)'}`;
  const row = (name: string, show: (value: number) => string, one?: number, other?: number) => [
    name,
    show(one ?? Number.NaN),
    show(other ?? Number.NaN),
  ];
  return [
    `at ${price.toFixed(2)}: ${verdict}`,
    table([
      ['', 'before', 'after'],
      row('cash', money, before?.cash, after?.cash),
      row('equity', money, before?.equity, after?.equity),
      row('shares held', shares, before?.held, after?.held),
      row('weight of the name', percent, before?.weight, after?.weight),
      row('gross exposure', money, before?.grossExposure, after?.grossExposure),
      row('net exposure', money, before?.netExposure, after?.netExposure),
      row('margin', money, before?.margin, after?.margin),
      row('VaR 99', money, before?.var99, after?.var99),
      row('CVaR 99', money, before?.cvar99, after?.cvar99),
    ]),
    table([
      ['rule', 'verdict', 'before', 'after', 'limit', ''],
      ...findings.map((finding) => [
        finding.rule,
        finding.verdict,
        ...[finding.before, finding.after, finding.limit].map((value) => inUnit(finding, value)),
        finding.verdict === 'pass' ? '' : `${finding.code}: ${finding.text}`,
      ]),
    ]),
  ].join('\n');
}

function inUnit({ unit }: Finding, value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'none';
  if (unit === 'shares') return shares(value);
  return /^(equity|price|scenarios)$/.test(unit) ? percent(value) : money(value);
}
