// What the services (gRPC, WebSocket, HTTP, command line) may ask of a running system.

import type { Refusal } from '../../engine/index.js';
import type {
  BarBatch,
  BarTable,
  GetBarsRequest,
  SeriesList,
} from '../../proto/gen/sluice/bars/v1/bars_pb.js';
import type {
  BookBatch,
  BookDetail,
  BookFeatures,
} from '../../proto/gen/sluice/book/v1/book_pb.js';
import type {
  Explanation,
  FunnelDiff,
  FunnelSnapshot,
} from '../../proto/gen/sluice/funnel/v1/funnel_pb.js';
import type {
  FeedStatus,
  HistoryPage,
  HistoryRequest,
  QuoteBatch,
  SymbolDetail,
} from '../../proto/gen/sluice/market/v1/market_pb.js';
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
  QualityReport,
  RejectsRequest,
  RejectsResponse,
} from '../../proto/gen/sluice/quality/v1/quality_pb.js';
import type {
  AlertBatch,
  AlertRulesResponse,
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
import type {
  ActorResponse,
  AuditRequest,
  AuditResponse,
  DeadLettersRequest,
  DeadLettersResponse,
  LogLevelsResponse,
  QuarantineRequest,
  QuarantineResponse,
  ThreadsResponse,
  TreeRequest,
  TreeResponse,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import type { HeldFigures, SizedStock } from '../research/asked-figures.js';
import type { RiskMeasures } from '../research/risk-measures.js';
import type { RiskStudy } from '../research/risk-study.js';
import type { StressOutcome } from '../research/stress-run.js';
import type { ActorLever } from '../roles/shard-messages.js';

/** An answer, or a domain "no" with its reason code. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

/** Stream topics; each is a table of rows keyed by symbol, portfolio id or address. */
export type Topic =
  | 'quotes'
  | 'funnel'
  | 'portfolios'
  | 'risk'
  | 'actors'
  | 'feed'
  | 'books'
  | 'alerts'
  | 'bars';

/** A condition on books as one watcher has it. */
export interface BookTest {
  /** Whether a book, given by its row of columns, meets it. */
  readonly meets: (values: Float64Array) => boolean;
  /** Symbols that the watcher has been shown: it is told when they no longer meet it. */
  readonly shown: Set<string>;
}

/** Who pulls, through which door, and why. */
export interface Puller {
  readonly by: string;
  /** `limits` where a breach pulled it, and no person. */
  readonly door: 'grpc' | 'http' | 'limits';
  readonly reason: string;
}

/** A lever and what it is pulled on. */
export type Lever =
  | { readonly kind: ActorLever; readonly address: string }
  | { readonly kind: 'move'; readonly address: string; readonly shard: number }
  | { readonly kind: 'drain'; readonly shard: number }
  | {
      readonly kind: 'log_level';
      readonly target: string;
      readonly area: string;
      readonly level: string;
    }
  | { readonly kind: 'replay' | 'discard'; readonly message: string }
  | { readonly kind: 'profile'; readonly shard: number; readonly seconds: number };

/** One batch of packed prints as it came off a wire. */
export interface IngestBatch {
  readonly source: string;
  readonly sequence: bigint;
  readonly symbols: readonly string[];
  /** Packed records, layout `PACKED_PRINT`. */
  readonly prints: Uint8Array;
}

/** A frame, or prints without one, that no print was read of. */
export interface RefusedFrame {
  /** Counted as `frame_` and this. */
  readonly reason: string;
  readonly source: string;
  /** 1 where it is left out. */
  readonly count?: number;
  /** Its first bytes, in hexadecimal. */
  readonly head?: string;
}

/** What became of one batch; resolved when the accepted prints are durable. */
export interface IngestOutcome {
  readonly accepted: number;
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** Sequence numbers missing before this batch. */
  readonly gaps: number;
}

/** The changes of a topic since a stamp: enough for a snapshot (`stamp` 0) and for deltas. */
export interface TopicReader {
  /** Highest stamp so far; a reader whose stamp equals it is up to date. */
  stamp(): number;
}

/** Quotes that changed, written in the form that is wanted, when it is wanted. */
export interface QuoteNews {
  /** Stamp that they reach to. */
  readonly stamp: number;
  readonly count: number;
  message(): QuoteBatch;
  /** The message, encoded into the bytes that `take` gives for a length. */
  bytes(take: (length: number) => Buffer): Uint8Array;
}

/** The whole of a running system as its services see it. Reads are synchronous views. */
export interface SluicePort {
  readonly market: TopicReader & {
    /**
     * Rows changed since `stamp`, limited to `symbols` when given. Errors:
     * `market.unknown_symbol`.
     */
    changed(stamp: number, symbols?: readonly string[]): Answer<QuoteNews>;
    symbol(symbol: string, bars: number): Answer<SymbolDetail>;
    feed(): FeedStatus;
    /**
     * Validates, journals and sequences a batch. Errors: `ingest.*`; rejected prints are
     * counted, kept.
     */
    ingest(batch: IngestBatch): Promise<Answer<IngestOutcome>>;
    /**
     * A page of what was recorded or fetched. Errors: `history.unknown_kind`, `history.none`,
     * `history.bad_page`.
     */
    history(request: HistoryRequest): Promise<Answer<HistoryPage>>;
    /** The last number taken of a source, 0 before its first. */
    lastSequence(source: string): bigint;
    /** Counts what was refused before any print of it was judged, and puts a note of it aside. */
    refuseFrame(refused: RefusedFrame): void;
    /** Counts that a live source was paused, as the market was behind. */
    notePause(): void;
  };
  /** Bars that are built live. */
  readonly bars: TopicReader & {
    list(): SeriesList;
    /** Errors: `market.unknown_symbol`, `bars.not_built`, `bars.unknown_series`. */
    get(request: GetBarsRequest): Answer<BarTable>;
    /** Bars told since `stamp`; `keys` are such as "AAPL/1h". Errors: as of `get`. */
    changed(stamp: number, keys?: readonly string[]): Answer<BarBatch>;
  };
  readonly funnel: TopicReader & {
    snapshot(): FunnelSnapshot;
    explain(symbol: string): Answer<Explanation>;
    /** `date` yyyymmdd, 0 for the last completed session. */
    diff(date: number): Answer<FunnelDiff>;
  };
  readonly portfolios: TopicReader & {
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
  };
  readonly risk: TopicReader & {
    changed(stamp: number, ids?: readonly string[]): Answer<RiskBatch>;
    get(id: string): Promise<Answer<RiskDetail>>;
    /** Judges an order by every rule; changes nothing. Errors: `portfolio.*`. */
    checkOrder(request: CheckOrderRequest): Promise<Answer<CheckOrderResponse>>;
    /** Limits of portfolios and groups. Errors: `limits.unknown_scope`. */
    limits(request: LimitsRequest): Answer<LimitsResponse>;
    /** Alerts after a number; the latest for 0. */
    alerts(after: number): AlertBatch;
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
  };
  /** Symbols with an order book; none where the feed has none. */
  readonly books: TopicReader & {
    /**
     * Books changed since `stamp` that meet `test`, and those that no longer do.
     * Errors: `market.unknown_symbol`.
     */
    changed(stamp: number, symbols?: readonly string[], test?: BookTest): Answer<BookBatch>;
    /** Errors: `market.unknown_symbol`, `shard.restarting`, `books.timed_out`. */
    get(symbol: string): Promise<Answer<BookDetail>>;
    features(): BookFeatures;
    /** Compiles a condition given as JSON. Errors: `books.bad_condition`. */
    compile(where: string): Answer<BookTest>;
  };
  readonly actors: TopicReader & {
    /** Errors: `supervision.bad_sort`, `supervision.bad_state`. */
    tree(request: TreeRequest): Answer<TreeResponse>;
    quarantine(request: QuarantineRequest): Promise<QuarantineResponse>;
    /** Pulls a lever and records it. Errors: see `Levers`. */
    pull(lever: Lever, puller: Puller): Promise<ActorResponse>;
    audit(request: AuditRequest): AuditResponse;
    deadLetters(request: DeadLettersRequest): Promise<DeadLettersResponse>;
    threads(): Promise<ThreadsResponse>;
    logLevels(): LogLevelsResponse;
  };
  readonly quality: {
    report(): Promise<QualityReport>;
    rejects(request: RejectsRequest): Promise<RejectsResponse>;
  };
  /**
   * Calls `listener` soon after a topic has changed, at most twice a millisecond, until the
   * returned function is called.
   */
  onChange(topic: Topic, listener: () => void): () => void;
  /**
   * Tells the system how many stream clients there are and how many were shed, for the feed
   * status.
   */
  readonly clients: { opened(): void; closed(): void; shed(): void };
}
