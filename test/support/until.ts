/** Waiting without sleeping for a guessed time: look again and again until it is so. */

/** The first value of `look` that is neither null, undefined nor false; fails with `what` and the last failure after the deadline. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  deadlineMs = 15_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + deadlineMs;
  let failure: unknown;
  for (;;) {
    try {
      const value = await look();
      if (value !== null && value !== undefined && value !== false) return value as NonNullable<Exclude<T, false>>;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > deadline) throw new Error(`in vain waited for: ${what}`, { cause: failure });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
