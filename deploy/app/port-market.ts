// What services may ask of the market: prints in; quotes, bars, books, the funnel and quality out.

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
  QualityReport,
  RejectsRequest,
  RejectsResponse,
} from '../../proto/gen/sluice/quality/v1/quality_pb.js';
import type { Answer, TopicReader } from './port-answer.js';

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

/** Quotes that changed, written in the form that is wanted, when it is wanted. */
export interface QuoteNews {
  /** Stamp that they reach to. */
  readonly stamp: number;
  readonly count: number;
  message(): QuoteBatch;
  /** The message, encoded into the bytes that `take` gives for a length. */
  bytes(take: (length: number) => Buffer): Uint8Array;
}

/** What a live source has seen: counts by name. */
export interface LiveSeen {
  readonly source: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, bigint>>;
}

/** Quotes, and the way in for prints. */
export interface MarketPort extends TopicReader {
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
  /**
   * What earlier processes took of a source into this feed, the newest batch first. Errors:
   * `journal.corrupt`.
   */
  earlier(source: string): Iterable<IngestBatch>;
  /**
   * Whether a print is of after all that is to be streamed still: until that is over the market is
   * at another day and refuses it. Units: microseconds.
   */
  isAhead(timeUs: number): boolean;
  /** Counts what was refused before any print of it was judged, and puts a note of it aside. */
  refuseFrame(refused: RefusedFrame): void;
  /** Counts that a live source was paused, as the market was behind. */
  notePause(): void;
  /** Shows what live sources have seen: in reports of quality, as it is when they are made. */
  showLive(look: () => readonly LiveSeen[]): void;
}

/** Bars that are built live. */
export interface BarsPort extends TopicReader {
  list(): SeriesList;
  /** Errors: `market.unknown_symbol`, `bars.not_built`, `bars.unknown_series`. */
  get(request: GetBarsRequest): Answer<BarTable>;
  /** Bars told since `stamp`; `keys` are such as "AAPL/1h". Errors: as of `get`. */
  changed(stamp: number, keys?: readonly string[]): Answer<BarBatch>;
}

/** The research funnel. */
export interface FunnelPort extends TopicReader {
  snapshot(): FunnelSnapshot;
  explain(symbol: string): Answer<Explanation>;
  /** `date` yyyymmdd, 0 for the last completed session. */
  diff(date: number): Answer<FunnelDiff>;
}

/** A condition on books as one watcher has it. */
export interface BookTest {
  /** Whether a book, given by its row of columns, meets it. */
  readonly meets: (values: Float64Array) => boolean;
  /** Symbols that the watcher has been shown: it is told when they no longer meet it. */
  readonly shown: Set<string>;
}

/** Symbols with an order book; none where the feed has none. */
export interface BooksPort extends TopicReader {
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
}

/** What is wrong in the data, and what was refused. */
export interface QualityPort {
  report(): Promise<QualityReport>;
  rejects(request: RejectsRequest): Promise<RejectsResponse>;
}
