export async function funnelCompare(_o: unknown): Promise<void> {}
export async function funnelStudy(_o: unknown): Promise<void> {}
