/** Bytes as people compare them: sixteen on a line, with their position and what can be read of them. */
export interface HexLine {
  readonly offset: string;
  /** In groups of two digits. */
  readonly hex: string;
  /** Printable ASCII; a point for everything else. */
  readonly text: string;
}

const WIDTH = 16;

export function hexLines(hex: string): HexLine[] {
  const bytes = hex.match(/../g) ?? [];
  const lines: HexLine[] = [];
  for (let at = 0; at < bytes.length; at += WIDTH) {
    const some = bytes.slice(at, at + WIDTH);
    lines.push({ offset: at.toString(16).padStart(4, '0'), hex: some.join(' '), text: some.map(printable).join('') });
  }
  return lines;
}

function printable(byte: string): string {
  const code = Number.parseInt(byte, 16);
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '·';
}
