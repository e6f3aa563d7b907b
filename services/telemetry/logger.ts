/** Log lines: JSON for machines, one plain line for people. */
import { pino } from 'pino';
import { type Clock, CodedError } from '../model/index.ts';
import type { Options } from './options.ts';

export type LogFields = Readonly<Record<string, unknown>>;

/** What the parts of the hub log with. error: someone must act; warn: coping; info: start, stop, reconfigure. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Where log lines go; process.stdout by default. */
export interface LogSink {
  write(line: string): void;
  readonly isTTY?: boolean;
}

const LEVEL_NAMES: Readonly<Record<number, string>> = { 20: 'DEBUG', 30: '', 40: 'WARN', 50: 'ERROR' };
const OWN_FIELDS = new Set(['level', 'time', 'msg', 'pid', 'hostname']);

/** `12:00:00 WARN message  field=value` */
function textLine(json: string): string {
  const line = JSON.parse(json) as Record<string, unknown>;
  const time = new Date(line.time as number).toISOString().slice(11, 19);
  const level = LEVEL_NAMES[line.level as number] ?? '';
  const rest = Object.entries(line)
    .filter(([name]) => !OWN_FIELDS.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  return `${time} ${level === '' ? '' : `${level} `}${line.msg}${rest === '' ? '' : `  ${rest}`}\n`;
}

/** An Error as fields: message and cause; the stack only where it is a defect that somebody must find. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: String(error) };
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  const said = { error: error.message, ...(cause === undefined ? {} : { cause }) };
  // a failure with a code is expected, and its code says what it is
  const isExpected = error instanceof CodedError && error.code !== 'hub.internal';
  return isExpected ? { ...said, code: error.code } : { ...said, stack: error.stack };
}

export function logger(options: Pick<Options, 'level' | 'format'>, clock: Clock, sink: LogSink): Logger {
  const text = options.format === 'text' || (options.format === 'auto' && sink.isTTY === true);
  const destination = { write: (line: string) => sink.write(text ? textLine(line) : line) };
  const out = pino({ level: options.level, base: null, timestamp: () => `,"time":${clock.now()}` }, destination);
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, fields?: LogFields) =>
    fields === undefined ? out[level](message) : out[level](fields, message);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
