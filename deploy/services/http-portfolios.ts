// Portfolios over HTTP: their figures and books, proposals, commands.

import { create, toJsonString } from '@bufbuild/protobuf';
import type { HttpAnswer, HttpRequest } from '../../engine/index.js';
import {
  CommandRequestSchema,
  CommandResponseSchema,
  LotsRequestSchema,
  LotsResponseSchema,
  PortfolioBatchSchema,
  PortfolioDetailSchema,
  RebalanceProposalSchema,
  RebalanceRequestSchema,
  ReturnsRequestSchema,
  ReturnsResponseSchema,
  TaxRequestSchema,
  TaxResponseSchema,
  TransactionsRequestSchema,
  TransactionsResponseSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import type { SluicePort } from '../app/port.js';
import { answer, malformed, missing, parse } from './http-answers.js';
import { chosen, whole } from './http-paths.js';
import { httpStatusOf } from './refusals.js';

/** Answers below `portfolios`. */
export async function portfolio(
  port: SluicePort,
  parts: readonly string[],
  request: HttpRequest,
): Promise<HttpAnswer> {
  const [, id, view] = parts;
  if (id === undefined) {
    const page = { limit: whole(request, 'limit'), offset: whole(request, 'offset') };
    return answer(PortfolioBatchSchema, { ok: true, value: port.portfolios.list(page) });
  }
  const symbol = request.query.get('symbol') ?? '';
  switch (view) {
    case undefined:
      return answer(PortfolioDetailSchema, await port.portfolios.get(id));
    case 'lots': {
      const wanted = create(LotsRequestSchema, { portfolio: id, symbol });
      return answer(LotsResponseSchema, await port.portfolios.lots(wanted));
    }
    case 'transactions': {
      const page = { limit: whole(request, 'limit'), offset: whole(request, 'offset') };
      const wanted = create(TransactionsRequestSchema, { portfolio: id, symbol, ...page });
      return answer(TransactionsResponseSchema, await port.portfolios.transactions(wanted));
    }
    case 'rebalance':
      return rebalance(port, id, request);
    case 'tax': {
      const asBooked = chosen(request, 'as_booked');
      const year = whole(request, 'year');
      const wanted = create(TaxRequestSchema, { portfolio: id, year, asBooked });
      return answer(TaxResponseSchema, await port.portfolios.tax(wanted));
    }
    case 'returns': {
      const benchmark = request.query.get('benchmark') ?? '';
      const wanted = create(ReturnsRequestSchema, { portfolio: id, benchmark });
      return answer(ReturnsResponseSchema, await port.portfolios.returns(wanted));
    }
    default:
      return missing(request);
  }
}

/** Trades towards weights such as `targets=KO=0.4,PEP=0.4`; nothing is booked. */
async function rebalance(
  port: SluicePort,
  id: string,
  { query }: HttpRequest,
): Promise<HttpAnswer> {
  const field = (name: string): string => query.get(name) ?? '';
  const targets = field('targets')
    .split(',')
    .filter((one) => one !== '');
  const wanted = create(RebalanceRequestSchema, {
    portfolio: id,
    targets: targets.map((text) => {
      const [symbol = '', weight = ''] = text.split('=');
      return { symbol: symbol.trim().toUpperCase(), weight: weight.trim() };
    }),
    band: field('band'),
    cost: field('cost'),
    lot: field('lot'),
    method: field('method'),
    taxShort: field('taxShort'),
    taxLong: field('taxLong'),
    calendar: field('calendar'),
  });
  return answer(RebalanceProposalSchema, await port.portfolios.proposeRebalance(wanted));
}

/** Has a portfolio do what the body says. */
export async function command(
  port: SluicePort,
  parts: readonly string[],
  request: HttpRequest,
): Promise<HttpAnswer> {
  if (parts[2] !== 'commands') return missing(request);
  const parsed = parse(CommandRequestSchema, request.body);
  if (parsed === undefined) return malformed('a CommandRequest of sluice.portfolio.v1 as JSON');
  const response = await port.portfolios.command({ ...parsed, portfolio: parts[1] ?? '' });
  return {
    status: response.accepted ? 200 : httpStatusOf(response.code),
    json: toJsonString(CommandResponseSchema, response),
  };
}
