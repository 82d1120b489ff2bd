// `sluice risk measures`, `stress` and `size` with --address: a running system answers them.

import { create, type DescMessage, type MessageShape, toJson } from '@bufbuild/protobuf';
import { Fault, type GrpcClient } from '../../engine/index.js';
import {
  type MeasureRequest,
  MeasureRequestSchema,
  type MeasureResponse,
  MeasureResponseSchema,
  Risk,
  type SizeRequest,
  SizeRequestSchema,
  type SizeResponse,
  SizeResponseSchema,
  StressRequestSchema,
  type StressResponse,
  StressResponseSchema,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { readConfigText } from '../config/yaml-source.js';
import { percent } from '../report/svg.js';
import { type AskOptions, askSystem } from './ask.js';
import { measuresText } from './measures-text.js';
import { outcomesText } from './outcomes-text.js';
import { dateText, EXIT, money, print, table } from './output.js';

/** Figures take seconds, and others may wait before them. Units: milliseconds. */
const DEADLINE_MS = 120_000;

/** Flags of a command that a system may answer; the others say what data is read here. */
export interface AskedFlags extends AskOptions {
  readonly data?: string;
  readonly portfolios?: string;
  readonly to?: string;
}

/** Asks for measures. Errors: those of `GrpcClient.call`, `flag.invalid`. */
export function askMeasures(
  flags: AskedFlags,
  request: Omit<MeasureRequest, '$typeName'>,
): Promise<void> {
  const asked = create(MeasureRequestSchema, request);
  return told(flags, MeasureResponseSchema, (client) => client.call('measure', asked), measured);
}

/** Asks for stress. Errors: those of `readConfigText`, of `GrpcClient.call`, `flag.invalid`. */
export function askStress(
  flags: AskedFlags & { readonly scenarios?: string },
  portfolio: string,
): Promise<void> {
  const scenarios = flags.scenarios === undefined ? '' : readConfigText(flags.scenarios);
  const asked = create(StressRequestSchema, { portfolio, scenarios });
  return told(flags, StressResponseSchema, (client) => client.call('stress', asked), stressed);
}

/** Asks for sizes; ends with 1 where no rule gives one. Errors: those of `askMeasures`. */
export function askSizes(
  flags: AskedFlags,
  request: Omit<SizeRequest, '$typeName'>,
): Promise<void> {
  const asked = create(SizeRequestSchema, request);
  return told(flags, SizeResponseSchema, (client) => client.call('size', asked), sized);
}

async function told<D extends DescMessage>(
  flags: AskedFlags,
  schema: D,
  ask: (client: GrpcClient<typeof Risk>) => Promise<MessageShape<D>>,
  text: (message: MessageShape<D>) => string,
): Promise<void> {
  for (const name of ['data', 'portfolios', 'to'] as const) {
    if (flags[name] === undefined) continue;
    const why = `--${name}: expected none beside --address, whose system has its own`;
    throw new Fault('flag.invalid', why);
  }
  const message = await askSystem(Risk, flags, ask, DEADLINE_MS);
  print(toJson(schema, message), flags.json === true, () => text(message));
}

function heldText({ portfolio, asOf, equity }: MeasureResponse | StressResponse): string {
  return `${portfolio}: what it holds, up to the close of ${dateText(asOf)}; equity ${money(equity)}`;
}

function measured(message: MeasureResponse): string {
  const { measures, optionsByDelta } = message;
  return [
    heldText(message),
    ...(measures === undefined
      ? []
      : [
          `one day's loss at ${percent(measures.confidence, 1)}, from ${measures.days} days, of equity`,
          measuresText(measures),
        ]),
    ...(optionsByDelta > 0
      ? [
          `${optionsText(optionsByDelta)} valued anew on every past day and path; by delta in weights, sectors and normal parts`,
        ]
      : []),
  ].join('\n');
}

function stressed(message: StressResponse): string {
  const { outcomes, equity, options, unpriced } = message;
  const rest = unpriced > 0 ? `; ${unpriced} without a price stay as they are` : '';
  return [
    heldText(message),
    outcomesText(outcomes, equity),
    ...(options > 0 ? [`${optionsText(options)} valued anew in every scenario${rest}`] : []),
  ].join('\n');
}

function optionsText(count: number): string {
  return count === 1 ? '1 option is' : `${count} options are`;
}

function sized({ symbol, asOf, price, rules }: SizeResponse): string {
  if (rules.every(({ quantity }) => quantity === undefined)) process.exitCode = EXIT.failed;
  return [
    `${symbol} at ${price.toFixed(2)}, the close of ${dateText(asOf)}`,
    table([
      ['rule', 'shares', 'of equity', 'basis'],
      ...rules.map(({ rule, basis, quantity, share, code, text }) =>
        quantity === undefined
          ? [rule, '-', '-', `${code}: ${text}`]
          : [rule, String(quantity), percent(share ?? Number.NaN, 2), basis],
      ),
    ]),
  ].join('\n');
}
