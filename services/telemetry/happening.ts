/**
 * One function per happening: it counts and logs together, so neither can be forgotten. The hot path only adds to a plain
 * number; Prometheus reads it when somebody asks for /metrics.
 */
import { Counter, type Registry } from 'prom-client';
import type { LineLimit } from './limited.ts';
import type { LogFields, Logger } from './logger.ts';
import { errorFields } from './logger.ts';

export interface HappeningSpec<Label extends string> {
  /** Name of the counter without prefix and suffix: `uplinks` gives `stadtpegel_uplinks_total`. */
  readonly metric: string;
  readonly help: string;
  readonly labels?: readonly Label[];
  /** Left out: counted only, for what a healthy hub does all day. */
  readonly log?: {
    readonly level: 'debug' | 'info' | 'warn' | 'error';
    readonly message: string;
    /** What a person did is written each time: who asks for it later asks for every one. */
    readonly always?: true;
  };
}

export interface HappeningDetail {
  /** How many at once; 1 by default. */
  readonly count?: number;
  /** Fields of the log line beside the labels. */
  readonly fields?: LogFields;
  readonly error?: unknown;
}

/** Log lines are limited to one per label combination and time span unless they say `always`; counting never is. */
export type Happening<Label extends string> = (
  labels: Readonly<Record<Label, string>>,
  detail?: HappeningDetail,
) => void;

export interface HappeningPorts {
  readonly log: Logger;
  readonly limit: LineLimit;
  readonly registry: Registry;
  /** Label combinations kept apart; further ones are counted as `other`. */
  readonly labelCombinations: number;
}

interface Cell<Label extends string> {
  readonly labels: Readonly<Record<Label, string>>;
  count: number;
}

export function happening<Label extends string = never>(
  ports: HappeningPorts,
  spec: HappeningSpec<Label>,
): Happening<Label> {
  const names: readonly Label[] = spec.labels ?? [];
  const cells = new Map<string, Cell<Label>>();
  const key = (labels: Readonly<Record<Label, string>>) => {
    if (names.length === 1) return labels[names[0]!];
    return names.length === 0 ? '' : names.map((name) => labels[name]).join('\n');
  };
  const cell = (labels: Readonly<Record<Label, string>>): Cell<Label> => {
    const own = cells.get(key(labels));
    if (own !== undefined) return own;
    const full = cells.size >= ports.labelCombinations;
    const kept = Object.fromEntries(names.map((name) => [name, full ? 'other' : labels[name]])) as Record<
      Label,
      string
    >;
    const found = cells.get(key(kept));
    if (found !== undefined) return found;
    const made = { labels: kept, count: 0 };
    cells.set(key(kept), made);
    return made;
  };
  // Without labels the series stands from the start: a rate over it needs its zero.
  if (names.length === 0) cell({} as Readonly<Record<Label, string>>);
  new Counter({
    name: `stadtpegel_${spec.metric}_total`,
    help: spec.help,
    labelNames: [...names],
    registers: [ports.registry],
    collect() {
      this.reset();
      for (const { labels, count } of cells.values()) this.inc(labels, count);
    },
  });
  const line = spec.log;
  return (labels, detail) => {
    const counted = cell(labels);
    counted.count += detail?.count ?? 1;
    if (line === undefined) return;
    const leftOut = line.always === true ? 0 : ports.limit(`${spec.metric}\n${key(counted.labels)}`);
    if (leftOut === null) return;
    ports.log[line.level](line.message, {
      ...labels,
      ...detail?.fields,
      ...(detail?.error === undefined ? {} : errorFields(detail.error)),
      ...(leftOut === 0 ? {} : { leftOut }),
    });
  };
}
