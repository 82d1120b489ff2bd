// Flags of a run, as a person types them and as a recording keeps them.

/** Options of a run as a person gives them. */
export interface RunFlags {
  readonly data?: string;
  readonly dataDir?: string;
  readonly symbols?: string;
  readonly from?: string;
  readonly to?: string;
  readonly warmup?: string;
  readonly ticksPerBar?: string;
  readonly pace?: string;
  readonly shards?: string;
  readonly hungMs?: string;
  readonly shardHeap?: string;
  readonly residentsMax?: string;
  readonly openedMax?: string;
  readonly resume?: boolean;
  readonly record?: string;
  readonly funnel?: string;
  readonly portfolios?: string;
  readonly alerts?: string;
  readonly bars?: string;
}
