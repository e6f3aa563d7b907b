/** Device keys from a topic and a message: `{site}-{id}`, `{.serial}`. */
import { type JsonPath, parsePath, valueAt } from './json-path.ts';
import type { TopicPattern } from './topic-pattern.ts';

/** Text, a level of the topic (number), or a path into the message. */
export type Template = readonly (string | { readonly level: number } | { readonly path: JsonPath })[];

/** The problem as text, or the template. */
export function parseTemplate(text: string, pattern: TopicPattern): Template | string {
  const parts: (string | { level: number } | { path: JsonPath })[] = [];
  for (const piece of text.split(/(\{[^{}]*\})/)) {
    if (piece === '') continue;
    if (!piece.startsWith('{')) {
      if (/[{}]/.test(piece)) return `${JSON.stringify(text)} has a { or } without its partner`;
      parts.push(piece);
      continue;
    }
    const inner = piece.slice(1, -1);
    const level = pattern.names.get(inner);
    if (level !== undefined) parts.push({ level });
    else if (inner.startsWith('.') || inner.startsWith('[')) {
      const parsed = parsePath(inner);
      if (!parsed.ok) return parsed.problem;
      parts.push({ path: parsed.path });
    } else {
      const known = [...pattern.names.keys()].map((name) => `{${name}}`).join(', ') || 'none';
      return `${piece} is no name of the topic pattern (${known}) and no path ({.field})`;
    }
  }
  return parts.some((part) => typeof part !== 'string')
    ? parts
    : `${JSON.stringify(text)} would make all messages one device; take a name of the topic or a path into it`;
}

/** The filled template, or null where a path leads to nothing that can name a device. */
export function fill(template: Template, topic: string, message: unknown): string | null {
  const levels = topic.split('/');
  let text = '';
  for (const part of template) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const value = 'level' in part ? levels[part.level] : valueAt(message, part.path);
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return null;
    text += value;
  }
  return text;
}
