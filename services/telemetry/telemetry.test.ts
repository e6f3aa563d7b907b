import { expect, test } from 'vitest';
import { CodedError } from '../model/index.ts';
import { type LogSink, options, telemetry } from './index.ts';

function watched(given: Record<string, unknown> = {}) {
  const lines: string[] = [];
  const sink: LogSink = { write: (line) => lines.push(line) };
  const clock = { at: 1_000_000, now: () => clock.at };
  const seen = telemetry({ options: options.parse({ processMetrics: false, ...given }), clock, sink });
  const logged = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const series = async (name: string) =>
    (await seen.metrics()).text.split('\n').filter((line) => line.startsWith(name));
  return { seen, clock, lines, logged, series };
}

test('a happening counts and logs in one call', async () => {
  const { seen, logged, series } = watched();
  const refused = seen.happening({
    metric: 'refused',
    help: 'x',
    labels: ['reason'],
    log: { level: 'warn', message: 'refused' },
  });
  refused({ reason: 'size' }, { fields: { bytes: 7 } });
  expect(await series('stadtpegel_refused_total')).toEqual(['stadtpegel_refused_total{reason="size"} 1']);
  expect(logged()).toMatchObject([{ msg: 'refused', level: 40, reason: 'size', bytes: 7, time: 1_000_000 }]);
});

test('a happening without a log line only counts', async () => {
  const { seen, lines, series } = watched();
  const stored = seen.happening({ metric: 'stored', help: 'x' });
  stored({}, { count: 5 });
  stored({}, { count: 2 });
  expect(await series('stadtpegel_stored_total')).toEqual(['stadtpegel_stored_total 7']);
  expect(lines).toEqual([]);
});

test('a series without labels stands at zero from the start', async () => {
  const { seen, series } = watched();
  seen.happening({ metric: 'lost', help: 'x' });
  expect(await series('stadtpegel_lost_total')).toEqual(['stadtpegel_lost_total 0']);
});

test('the same warning is written once per time span and the next line says how many were left out [limit telemetry.warnEverySeconds]', async () => {
  const { seen, clock, logged, series } = watched({ warnEverySeconds: 10 });
  const cut = seen.happening({ metric: 'cut', help: 'x', log: { level: 'warn', message: 'cut' } });
  for (let i = 0; i < 100; i++) cut({});
  expect(logged()).toHaveLength(1);
  clock.at += 10_000;
  cut({});
  expect(logged()).toHaveLength(2);
  expect(logged()[1]).toMatchObject({ leftOut: 99 });
  expect(await series('stadtpegel_cut_total')).toEqual(['stadtpegel_cut_total 101']);
});

test('different labels of one happening are limited apart', () => {
  const { seen, lines } = watched();
  const odd = seen.happening({ metric: 'odd', help: 'x', labels: ['why'], log: { level: 'warn', message: 'odd' } });
  odd({ why: 'a' });
  odd({ why: 'b' });
  expect(lines).toHaveLength(2);
});

test('a clock that is set back does not silence a warning', () => {
  const { seen, clock, lines } = watched();
  const odd = seen.happening({ metric: 'odd', help: 'x', log: { level: 'warn', message: 'odd' } });
  odd({});
  clock.at -= 3_600_000;
  odd({});
  expect(lines).toHaveLength(2);
});

test('labels made from foreign input do not fill the memory: beyond the limit they count as other [limit telemetry.labelCombinations]', async () => {
  const { seen, series } = watched({ labelCombinations: 3 });
  const topic = seen.happening({ metric: 'topic', help: 'x', labels: ['name'] });
  for (let i = 0; i < 1000; i++) topic({ name: `t${i}` });
  const found = await series('stadtpegel_topic_total');
  expect(found).toContain('stadtpegel_topic_total{name="other"} 997');
  expect(found).toHaveLength(4);
});

test('a logged error carries its message, its cause and its stack', () => {
  const { seen, logged } = watched();
  const broke = seen.happening({ metric: 'broke', help: 'x', log: { level: 'error', message: 'broke' } });
  broke({}, { error: new Error('write failed', { cause: new Error('ENOSPC') }) });
  expect(logged()[0]).toMatchObject({
    error: 'write failed',
    cause: 'ENOSPC',
    stack: expect.stringContaining('Error'),
  });
});

test('an expected failure is logged with its code and without a stack', () => {
  const { seen, logged } = watched();
  const away = seen.happening({ metric: 'away', help: 'x', log: { level: 'warn', message: 'away' } });
  away({}, { error: new CodedError('store.unavailable', 'nobody answers', { cause: new Error('ECONNREFUSED') }) });
  expect(logged()[0]).toMatchObject({ error: 'nobody answers', cause: 'ECONNREFUSED', code: 'store.unavailable' });
  expect(logged()[0]).not.toHaveProperty('stack');
});

test('gauges and totals are read when somebody asks', async () => {
  const { seen, series } = watched();
  let queue = 1;
  seen.gauge({ metric: 'queue', help: 'x', labels: ['of'], read: () => [[{ of: 'store' }, queue]] });
  seen.total({ metric: 'bytes', help: 'x', read: () => 42 });
  queue = 9;
  expect(await series('stadtpegel_queue')).toEqual(['stadtpegel_queue{of="store"} 9']);
  expect(await series('stadtpegel_bytes')).toEqual(['stadtpegel_bytes_total 42']);
  expect(await series('stadtpegel_bytes')).toEqual(['stadtpegel_bytes_total 42']);
});

test('a distribution counts into its buckets', async () => {
  const { seen, series } = watched();
  const latency = seen.distribution({ metric: 'ack_seconds', help: 'x', buckets: [0.01, 0.1] });
  latency.observe(0.05);
  latency.observe(0.005);
  expect(await series('stadtpegel_ack_seconds_bucket')).toEqual([
    'stadtpegel_ack_seconds_bucket{le="0.01"} 1',
    'stadtpegel_ack_seconds_bucket{le="0.1"} 2',
    'stadtpegel_ack_seconds_bucket{le="+Inf"} 2',
  ]);
});

test('two hubs in one process share no metrics', () => {
  const one = watched();
  const two = watched();
  one.seen.happening({ metric: 'same', help: 'x' });
  expect(() => two.seen.happening({ metric: 'same', help: 'x' })).not.toThrow();
  expect(() => one.seen.happening({ metric: 'same', help: 'x' })).toThrow();
});

test('the process offers its own metrics when asked to', async () => {
  const { series } = watched({ processMetrics: true });
  expect(await series('process_resident_memory_bytes')).toHaveLength(1);
});

test('lines for people name level, message and fields', () => {
  const { seen, lines } = watched({ format: 'text' });
  seen.log.warn('the store lags', { rows: 12 });
  expect(lines).toEqual(['00:16:40 WARN the store lags  rows=12\n']);
});

test('a level that is switched off writes nothing', () => {
  const { seen, lines } = watched({ level: 'error' });
  seen.log.warn('x');
  seen.log.error('y');
  expect(lines).toHaveLength(1);
});

test('the hub is ready when every part is, and a check that throws counts as not ready', () => {
  const { seen } = watched();
  expect(seen.health.report()).toEqual({ ok: true, degraded: false, parts: {} });
  seen.health.register('store', () => ({ ok: true }));
  const takeAway = seen.health.register('journal', () => {
    throw new Error('no disk');
  });
  expect(seen.health.report()).toEqual({
    ok: false,
    degraded: true,
    parts: { store: { ok: true }, journal: { ok: false, detail: 'the check failed: no disk' } },
  });
  takeAway();
  expect(seen.health.report()).toMatchObject({ ok: true, degraded: false });
  seen.health.register('store', () => ({ ok: true, degraded: true, detail: 'it waits' }));
  expect(seen.health.report()).toMatchObject({ ok: true, degraded: true });
});
