/** What a client shows when it connects. */

export interface Credential {
  readonly username: string | null;
  /** A token of the hub; null: none was shown. */
  readonly password: string | null;
  /** Address of the client, for logs and limits. */
  readonly address: string;
  /** TCP from this machine, which needs no token to publish (`mqtt.loopbackWithoutCredential`). */
  readonly local: boolean;
}

/** 127.0.0.0/8 and ::1, also mapped into IPv6. */
export function isLoopback(address: string): boolean {
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  return plain === '::1' || /^127\.\d+\.\d+\.\d+$/.test(plain);
}
