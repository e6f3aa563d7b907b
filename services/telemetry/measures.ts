/** Numbers that are read when somebody asks (gauges, totals) and distributions (histograms). */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** One value, or one per label combination. */
export type Reading = number | Iterable<readonly [Readonly<Record<string, string>>, number]>;

export interface MeasureSpec {
  /** Without the prefix `stadtpegel_`; the unit stands last (`_bytes`, `_seconds`), totals get `_total`. */
  readonly metric: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** Called for each scrape; must be quick. */
  read(): Reading;
}

function entries(reading: Reading): Iterable<readonly [Readonly<Record<string, string>>, number]> {
  return typeof reading === 'number' ? [[{}, reading]] : reading;
}

/** A number that goes up and down. */
export function gauge(registry: Registry, spec: MeasureSpec): void {
  new Gauge({
    name: `stadtpegel_${spec.metric}`,
    help: spec.help,
    labelNames: [...(spec.labels ?? [])],
    registers: [registry],
    collect() {
      this.reset();
      for (const [labels, value] of entries(spec.read())) this.set(labels, value);
    },
  });
}

/** A number that only grows, kept by its part as a plain field. */
export function total(registry: Registry, spec: MeasureSpec): void {
  new Counter({
    name: `stadtpegel_${spec.metric}_total`,
    help: spec.help,
    labelNames: [...(spec.labels ?? [])],
    registers: [registry],
    collect() {
      this.reset();
      for (const [labels, value] of entries(spec.read())) this.inc(labels, value);
    },
  });
}

export interface Distribution {
  observe(value: number): void;
}

export interface DistributionSpec {
  /** Without the prefix `stadtpegel_`; the unit stands last. */
  readonly metric: string;
  readonly help: string;
  /** Upper bounds, ascending; default: 0.5 ms … 30 s, for latencies in seconds. */
  readonly buckets?: readonly number[];
}

const LATENCY_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function distribution(registry: Registry, spec: DistributionSpec): Distribution {
  const histogram = new Histogram({
    name: `stadtpegel_${spec.metric}`,
    help: spec.help,
    buckets: [...(spec.buckets ?? LATENCY_SECONDS)],
    registers: [registry],
  });
  return { observe: (value) => histogram.observe(value) };
}
