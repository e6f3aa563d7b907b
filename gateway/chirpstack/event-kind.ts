/** Which event a message is: the topic's last level, or `?event=` of a webhook. */

const KINDS = ['up', 'join', 'status', 'ack', 'txack', 'log', 'location', 'integration'] as const;
export type EventKind = (typeof KINDS)[number];

const WEBHOOK = 'http:?event=';

export function eventKind(topic: string): EventKind | null {
  const name = topic.startsWith(WEBHOOK) ? topic.slice(WEBHOOK.length) : topic.slice(topic.lastIndexOf('/') + 1);
  for (const kind of KINDS) if (kind === name) return kind;
  return null;
}
