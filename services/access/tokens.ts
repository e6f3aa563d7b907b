/** Tokens: long random texts. The hub keeps only their SHA-256, which is enough for texts that nobody can guess. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export type Scope = 'admin' | 'ingest';

/** `sp_admin_` and 32 characters (192 random bits). The prefix lets secret scanners and people see what it is. */
export function makeToken(scope: Scope): string {
  return `sp_${scope}_${randomBytes(24).toString('base64url')}`;
}

/** SHA-256 in base64url. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** In constant time: how long it takes says nothing about where two hashes differ. */
export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
