import { type Address, writeAddress } from '../state/index.ts';

/** Into the browser's address, so that a reload and a shared link show the same; the way back stays as it is. */
export function keepAddress(address: Address): void {
  history.replaceState(null, '', `${location.pathname}${writeAddress(location.search, address)}${location.hash}`);
}
