// What services may ask of portfolios and their risk.

import type {
  CommandRequest,
  CommandResponse,
  ListPortfoliosRequest,
  LotsRequest,
  LotsResponse,
  PortfolioBatch,
  PortfolioDetail,
  RebalanceProposal,
  RebalanceRequest,
  ReconcileRequest,
  ReconcileResponse,
  ReturnsRequest,
  ReturnsResponse,
  TaxRequest,
  TaxResponse,
  TransactionsRequest,
  TransactionsResponse,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import type {
  AlertBatch,
  AlertRulesResponse,
  AlertsRequest,
  ApproveRequest,
  CheckOrderRequest,
  CheckOrderResponse,
  ControlResponse,
  FlattenProposal,
  KillRequest,
  LimitsRequest,
  LimitsResponse,
  MeasureRequest,
  OverrideRequest,
  RevokeRequest,
  RiskBatch,
  RiskDetail,
  SizeRequest,
  StressRequest,
} from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import type { HeldFigures, SizedStock } from '../research/asked-figures.js';
import type { RiskMeasures } from '../research/risk-measures.js';
import type { RiskStudy } from '../research/risk-study.js';
import type { StressOutcome } from '../research/stress-run.js';
import type { Answer, TopicReader } from './port-answer.js';
import type { Puller } from './port-operators.js';

/** Portfolios: what they hold, and commands to them. */
export interface PortfoliosPort extends TopicReader {
  changed(stamp: number, ids?: readonly string[]): Answer<PortfolioBatch>;
  /** A page of all that there are, also of those that are not opened. */
  list(request: Pick<ListPortfoliosRequest, 'limit' | 'offset'>): PortfolioBatch;
  get(id: string): Promise<Answer<PortfolioDetail>>;
  lots(request: LotsRequest): Promise<Answer<LotsResponse>>;
  transactions(request: TransactionsRequest): Promise<Answer<TransactionsResponse>>;
  returns(request: ReturnsRequest): Promise<Answer<ReturnsResponse>>;
  tax(request: TaxRequest): Promise<Answer<TaxResponse>>;
  proposeRebalance(request: RebalanceRequest): Promise<Answer<RebalanceProposal>>;
  reconcile(request: ReconcileRequest): Promise<Answer<ReconcileResponse>>;
  /** Resolves once the command's events are durable, or refused. */
  command(request: CommandRequest): Promise<CommandResponse>;
}

/** Risk, limits and alerts of portfolios, and what people decide about them. */
export interface RiskPort extends TopicReader {
  changed(stamp: number, ids?: readonly string[]): Answer<RiskBatch>;
  get(id: string): Promise<Answer<RiskDetail>>;
  /** Judges an order by every rule; changes nothing. Errors: `portfolio.*`. */
  checkOrder(request: CheckOrderRequest): Promise<Answer<CheckOrderResponse>>;
  /** Limits of portfolios and groups. Errors: `limits.unknown_scope`, `limits.unwatched`. */
  limits(request: LimitsRequest): Answer<LimitsResponse>;
  /** Alerts after a number; the latest for 0. */
  alerts(after: number): AlertBatch;
  /** A page of them, the newest where nothing is said, in their order. */
  alertPage(request: AlertsRequest): AlertBatch;
  /** Alert rules, and for whom each is raised. */
  alertRules(): AlertRulesResponse;
  /** What people decide about limits; each is recorded. Errors, as refusals: `limits.*`. */
  requestOverride(request: OverrideRequest, door: Puller['door']): Promise<ControlResponse>;
  approveOverride(request: ApproveRequest, door: Puller['door']): Promise<ControlResponse>;
  revokeOverride(request: RevokeRequest, door: Puller['door']): Promise<ControlResponse>;
  setKillSwitch(request: KillRequest, door: Puller['door']): Promise<ControlResponse>;
  /**
   * What a portfolio holds, put through the past. Errors: those of `portfolios.get`,
   * `risk.too_little_history`, `risk.nothing_held`, `risk.study_busy`, `risk.study_failed`.
   */
  study(id: string): Promise<Answer<RiskStudy>>;
  /** Measures of what a portfolio holds. Errors: those of `study`, `risk.bad_request`. */
  measure(request: MeasureRequest): Promise<Answer<HeldFigures<RiskMeasures>>>;
  /** Scenarios on what a portfolio holds. Errors: those of `study`, `config.*`. */
  stress(request: StressRequest): Promise<Answer<HeldFigures<readonly StressOutcome[]>>>;
  /**
   * Sizes of a position by every rule.
   * Errors: `risk.bad_request`, `market.unknown_symbol`, `risk.too_little_history`.
   */
  size(request: SizeRequest): Answer<SizedStock>;
  /** The trades that would close a portfolio. Errors: `portfolio.unknown`. */
  proposeFlatten(id: string): Promise<Answer<FlattenProposal>>;
}
