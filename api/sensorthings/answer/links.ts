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
   * Carries $skip, and $top as the client gave it: Masterportal takes $top for all that it wants, and goes on until $skip has
   * reached it. A $top that it did not give would stop it after the first page; an opaque cursor never.
   * `mark`: where the page ended, for those who follow the link as it is.
   */
  next(
    address: string,
    parameters: readonly (readonly [name: string, text: string])[],
    skip: number,
    mark: string | null = null,
  ): string {
    const given = parameters.find(([name]) => isTop(name));
    const others = parameters.filter(([name]) => !isTop(name) && !/^\$skip(token)?$/i.test(name));
    const all = [...(given === undefined ? [] : [['$top', given[1]]]), ['$skip', String(skip)], ...others];
    if (mark !== null) all.push(['$skiptoken', mark]);
    return `${address}?${all.map(([name, text]) => `${encode(name!)}=${encode(text!)}`).join('&')}`;
  }

  /** Of an expanded set; it always carries a $top, so that nobody walks through a whole history without having asked for it. */
  nextOf(address: string, source: QueryOptions, top: number, skip: number): string {
    return this.next(address, [['$top', String(source.top ?? top)], ...printOptions(source)], skip);
  }
}

function isTop(name: string): boolean {
  return /^\$top$/i.test(name);
}

/** Percent-encoding that leaves readable what may stand in a query [RFC 3986 §3.4]. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/%(24|2C|2F|3A|3B|3D|40)/g, (code) => decodeURIComponent(code));
}
