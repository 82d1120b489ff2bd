// Research.
/** x. */
export async function funnelCompare(_o: unknown): Promise<void> {}
/** x. */
export async function funnelStudy(_o: unknown): Promise<void> {}
