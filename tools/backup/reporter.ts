/** Progress for people: a bar on a terminal, a line now and then elsewhere. */

export interface Reporter {
  /** `part` from 0 to 1; null: nobody knows. */
  step(part: number | null, text: string): void;
  /** The bar goes, what is said next begins on a line of its own. */
  end(): void;
}

const WIDTH = 28;
const BAR_MS = 100;
const LINE_MS = 5000;

export function reporter(stream: NodeJS.WriteStream, now = () => performance.now()): Reporter {
  let last = Number.NEGATIVE_INFINITY;
  let shown = false;
  const bar = stream.isTTY === true;
  return {
    step(part, text) {
      if (now() - last < (bar ? BAR_MS : LINE_MS)) return;
      last = now();
      const percent = part === null ? '' : `${String(Math.floor(part * 100)).padStart(3)} %  `;
      if (!bar) {
        stream.write(`${percent}${text}\n`);
        return;
      }
      const full = part === null ? 0 : Math.round(part * WIDTH);
      const line = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${percent}${text}`;
      stream.write(`\r\u001b[K${line.slice(0, (stream.columns ?? 100) - 1)}`);
      shown = true;
    },
    end() {
      if (shown) stream.write('\r\u001b[K');
      shown = false;
    },
  };
}

/** `1,234,567`. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

export function bytes(value: number): string {
  if (value >= 2 ** 30) return `${(value / 2 ** 30).toFixed(1)} GiB`;
  if (value >= 2 ** 20) return `${(value / 2 ** 20).toFixed(1)} MiB`;
  return `${Math.ceil(value / 1024)} KiB`;
}

/** `40 s`, `12 min`, `3 h 20 min`, `2 days`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.round(hours / 24)} days`;
}
