/**
 * Webhooks: networks that post their events over HTTP, and devices that post JSON. Start with `webhooks.ts`; README.md has
 * the addresses.
 */
export { type Options, options } from './options.ts';
export { type WebhookPorts, webhooks } from './webhooks.ts';
