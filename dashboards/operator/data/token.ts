/**
 * The operator's token, for as long as this tab is open: never in the address, where it would come into histories and logs, nor
 * in a storage that outlives the tab.
 */
const KEY = 'stadtpegel.admin-token';

export function keptToken(storage: Pick<Storage, 'getItem'>): string | null {
  return storage.getItem(KEY);
}

export function keepToken(storage: Pick<Storage, 'setItem'>, token: string): void {
  storage.setItem(KEY, token);
}

export function forgetToken(storage: Pick<Storage, 'removeItem'>): void {
  storage.removeItem(KEY);
}
