/** A fingerprint of a message, for networks that give their events no identity of their own. */
import { createHash } from 'node:crypto';

/**
 * 128 bits of SHA-256 over topic and body, 22 characters of base64url. Not a faster hash: whoever may publish could make
 * two different messages collide, and the second would vanish as a repetition. Rare enough not to matter (DUP, log events).
 */
export function contentHash(topic: string, body: Uint8Array): string {
  return createHash('sha256').update(topic).update('\n').update(body).digest().subarray(0, 16).toString('base64url');
}
