/** EUI-64 identifiers as the registry knows them. */

/** 16 lower-case hex digits, or null where the text is no EUI-64 in hex. */
export function devEui(text: string): string | null {
  if (text.length !== 16) return null;
  let upper = false;
  for (let i = 0; i < 16; i++) {
    const c = text.charCodeAt(i);
    if ((c >= 48 && c <= 57) || (c >= 97 && c <= 102)) continue;
    if (c < 65 || c > 70) return null;
    upper = true;
  }
  return upper ? text.toLowerCase() : text;
}
