// What the running system, or its last run, tells of portfolios: one question each.

import { create } from '@bufbuild/protobuf';
import {
  GetPortfolioRequestSchema,
  ListPortfoliosRequestSchema,
  Portfolio,
  type PortfolioBatch,
  PortfolioBatchSchema,
  type PortfolioDetail,
  PortfolioDetailSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import {
  GetRiskRequestSchema,
  Risk,
  type RiskDetail,
  RiskDetailSchema,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import { wholeFlag } from '../app/settings.js';
import { askOrLastRun, type ViewOptions } from './ask.js';

/** The code is that of a running system. */
const UNKNOWN = { code: 'portfolio.unknown', expected: 'the id of a portfolio' };

/** Flags of a page of a list. */
export interface PageOptions {
  readonly limit?: string;
  readonly offset?: string;
}

/** A page of all portfolios in short. Errors: `flag.invalid`; as `askOrLastRun`. */
export function askPortfolios(options: ViewOptions & PageOptions): Promise<PortfolioBatch> {
  const { limit = '1000', offset = '0' } = options;
  const page = {
    limit: wholeFlag('--limit', limit, 1, 2_000),
    offset: wholeFlag('--offset', offset, 0, 1_000_000),
  };
  return askOrLastRun(
    Portfolio,
    options,
    (client) => client.call('list', create(ListPortfoliosRequestSchema, page)),
    { schema: PortfolioBatchSchema, name: 'portfolios' },
  );
}

/** One portfolio with its positions. Errors: `portfolio.unknown`, as `askOrLastRun`. */
export function askPortfolio(id: string, options: ViewOptions): Promise<PortfolioDetail> {
  return askOrLastRun(
    Portfolio,
    options,
    (client) => client.call('get', create(GetPortfolioRequestSchema, { id })),
    { schema: PortfolioDetailSchema, name: `portfolio/${id}`, unknown: UNKNOWN },
  );
}

/** The risk of one portfolio. Errors: `portfolio.unknown`, as `askOrLastRun`. */
export function askRisk(id: string, options: ViewOptions): Promise<RiskDetail> {
  return askOrLastRun(
    Risk,
    options,
    (client) => client.call('get', create(GetRiskRequestSchema, { portfolio: id })),
    { schema: RiskDetailSchema, name: `risk/${id}`, unknown: UNKNOWN },
  );
}
