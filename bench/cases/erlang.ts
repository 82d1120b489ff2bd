// The workloads of Erlang/OTP, as benchmarks load them.

/** Picks a workload out of the module, at a depth. */
export const erlangOf =
  (workload: 'tell' | 'ask', burst: number) =>
  ({ erlang }: typeof import('../peers/erlang.js')) => ({ run: () => erlang(workload, burst) });
