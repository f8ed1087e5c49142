/** Whether an HTTP service answers through its link, well and in time. */
export async function httpPasses(url: string, limitMs: number): Promise<boolean> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(limitMs),
      // A pooled connection may have died with the fault; a canary is a new one.
      headers: { connection: 'close' },
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
