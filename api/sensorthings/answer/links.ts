/** Addresses that answers hold, absolute [STA 8.1]. */
import type { SetDef } from '../schema/index.ts';
import { printOptions, type QueryOptions } from '../syntax/index.ts';

export class Links {
  /** With the version, without a slash at the end: `https://iot.example.org/v1.1`. */
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  self(set: SetDef, id: number | bigint): string {
    return `${this.root}/${set.name}(${id})`;
  }

  /**
   * Carries $top and $skip: clients know by them that they may stop; an opaque cursor makes Masterportal walk the whole
   * history.
   */
  next(
    address: string,
    parameters: readonly (readonly [name: string, text: string])[],
    top: number,
    skip: number,
  ): string {
    const others = parameters.filter(([name]) => !/^\$(top|skip)$/i.test(name));
    const all = [['$top', String(top)], ['$skip', String(skip)], ...others];
    return `${address}?${all.map(([name, text]) => `${encode(name!)}=${encode(text!)}`).join('&')}`;
  }

  nextOf(address: string, source: QueryOptions, top: number, skip: number): string {
    return this.next(address, printOptions(source), top, skip);
  }
}

/** Percent-encoding that leaves readable what may stand in a query [RFC 3986 §3.4]. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/%(24|2C|2F|3A|3B|3D|40)/g, (code) => decodeURIComponent(code));
}
