/** Who may connect: anybody with an ingest token as password, and clients on this machine. */

export interface Credential {
  readonly username: string | null;
  /** The ingest token. */
  readonly password: string;
  /** Address of the client, for logs and limits. */
  readonly address: string;
}

/** 127.0.0.0/8 and ::1, also mapped into IPv6. */
export function isLoopback(address: string): boolean {
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  return plain === '::1' || /^127\.\d+\.\d+\.\d+$/.test(plain);
}
