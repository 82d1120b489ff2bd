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
import { askOrLastRun, type ViewOptions } from './ask.js';

/** The code is that of a running system. */
const UNKNOWN = { code: 'portfolio.unknown', expected: 'the id of a portfolio' };

/** All portfolios in short. Errors: as `askOrLastRun`. */
export function askPortfolios(options: ViewOptions): Promise<PortfolioBatch> {
  return askOrLastRun(
    Portfolio,
    options,
    (client) => client.call('list', create(ListPortfoliosRequestSchema)),
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
