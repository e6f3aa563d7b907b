/** Is the hub ready? Each part answers for itself; /readyz asks them all. */

export interface PartHealth {
  /** False: the hub is not ready. */
  readonly ok: boolean;
  /** It is ready all the same, but somebody should know. Left out: no. */
  readonly degraded?: boolean;
  /** For operators: what is wrong, or how it is. */
  readonly detail?: string;
}

export interface HealthReport {
  readonly ok: boolean;
  /** Is a part degraded or not ok? */
  readonly degraded: boolean;
  readonly parts: Readonly<Record<string, PartHealth>>;
}

export interface Health {
  /** `check` must be quick: it reads state, it asks nobody. Returns the function that takes it away again. */
  register(name: string, check: () => PartHealth): () => void;
  report(): HealthReport;
}

export function health(): Health {
  const checks = new Map<string, () => PartHealth>();
  const ask = (check: () => PartHealth): PartHealth => {
    try {
      return check();
    } catch (error) {
      return { ok: false, detail: `the check failed: ${error instanceof Error ? error.message : String(error)}` };
    }
  };
  return {
    register(name, check) {
      checks.set(name, check);
      return () => {
        if (checks.get(name) === check) checks.delete(name);
      };
    },
    report() {
      const parts = Object.fromEntries([...checks].map(([name, check]) => [name, ask(check)]));
      const all = Object.values(parts);
      return {
        ok: all.every((part) => part.ok),
        degraded: all.some((part) => !part.ok || part.degraded === true),
        parts,
      };
    },
  };
}
