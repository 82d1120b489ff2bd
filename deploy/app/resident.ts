// How much memory the process holds, also while it can't open a file to ask.

/**
 * Memory that the process holds now; the most it has held where that can't be asked: Linux tells it
 * in a file, and clients may have taken every descriptor. Units: megabytes.
 */
export function residentMb(): number {
  try {
    return process.memoryUsage.rss() / 1e6;
  } catch {
    // Told in units of 1,024 bytes.
    return (process.resourceUsage().maxRSS * 1024) / 1e6;
  }
}
