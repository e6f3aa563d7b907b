/**
 * What is left of a record whose content is gone [docs/semantics.md, What is kept]: its number, its time, and, where it went
 * by age, hashes that tell a repetition of its message. An erased one has none.
 */
import { createHash } from 'node:crypto';

const HASH_BYTES = 8;

/** Body of a record of kind `gone`. `identities`: of its events, as their source gives them. */
export function encodeGone(identities: readonly string[]): Buffer {
  return Buffer.concat(identities.map((identity) => digest(identity)));
}

/** The hashes, as `hashOfIdentity` gives them. */
export function decodeGone(body: Uint8Array): string[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const hashes: string[] = [];
  for (let at = 0; at + HASH_BYTES <= bytes.length; at += HASH_BYTES)
    hashes.push(bytes.toString('hex', at, at + HASH_BYTES));
  return hashes;
}

export function hashOfIdentity(identity: string): string {
  return digest(identity).toString('hex');
}

function digest(identity: string): Buffer {
  return createHash('sha256').update(identity).digest().subarray(0, HASH_BYTES);
}
