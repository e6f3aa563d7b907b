/** A mapping made ready: parsed once at start, so that a message costs no parsing of paths. */
import { CodedError } from '../../../services/model/index.ts';
import { type JsonPath, parsePath } from './json-path.ts';
import type { Mapping } from './options.ts';
import { parseTemplate, type Template } from './template.ts';
import { parseTopicPattern } from './topic-pattern.ts';

export interface CompiledValue {
  readonly channel: string;
  readonly path: JsonPath;
  /** As written, for messages. */
  readonly text: string;
  readonly type: 'number' | 'boolean' | 'text';
  readonly scale: number;
  readonly per: number;
  readonly offset: number;
}

export interface CompiledMapping {
  readonly filter: string;
  readonly device: Template;
  readonly time: { readonly path: JsonPath; readonly text: string; readonly format: 'iso' | 's' | 'ms' } | null;
  readonly values: readonly CompiledValue[];
}

function pathOf(text: string, option: string): JsonPath {
  const parsed = parsePath(text);
  if (parsed.ok) return parsed.path;
  throw new CodedError('request.body', `${option}: ${parsed.problem}`);
}

/** Throws CodedError with the option's path; the schema in `options.ts` has found the same before, all at once. */
export function compile(mapping: Mapping, index: number): CompiledMapping {
  const option = `mqtt.mappings.${index}`;
  const pattern = parseTopicPattern(mapping.topic);
  if (typeof pattern === 'string') throw new CodedError('request.body', `${option}.topic: ${pattern}`);
  const device = parseTemplate(mapping.device, pattern);
  if (typeof device === 'string') throw new CodedError('request.body', `${option}.device: ${device}`);
  const { time } = mapping;
  return {
    filter: pattern.filter,
    device,
    time:
      time === undefined
        ? null
        : { path: pathOf(time.path, `${option}.time.path`), text: time.path, format: time.format },
    values: Object.entries(mapping.values).map(([channel, value]) => ({
      channel,
      path: pathOf(value.path, `${option}.values.${channel}.path`),
      text: value.path,
      type: value.type,
      scale: value.scale,
      per: value.per,
      offset: value.offset,
    })),
  };
}
