/** Spans of time: ascending, without a moment in common. */

export interface Span {
  /** Inclusive, milliseconds. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** What of a span is left without others. */
export function without(span: Span, others: Iterable<Span>): Span[] {
  const left: Span[] = [];
  let { from } = span;
  for (const other of others) {
    if (other.to <= from) continue;
    if (other.from >= span.to) break;
    if (other.from > from) left.push({ from, to: other.from });
    from = other.to;
  }
  if (from < span.to) left.push({ from, to: span.to });
  return left;
}

/** The moments that both have. */
export function common(a: readonly Span[], b: readonly Span[]): Span[] {
  const out: Span[] = [];
  let j = 0;
  for (const one of a) {
    while (j < b.length && b[j]!.to <= one.from) j++;
    for (let k = j; k < b.length && b[k]!.from < one.to; k++)
      out.push({ from: Math.max(one.from, b[k]!.from), to: Math.min(one.to, b[k]!.to) });
  }
  return out;
}

/** With one span more; what touches becomes one. */
export function joined(spans: readonly Span[], added: Span): Span[] {
  const out: Span[] = [];
  let { from, to } = added;
  let placed = false;
  for (const span of spans) {
    if (span.to < from) out.push(span);
    else if (span.from > to) {
      if (!placed) out.push({ from, to });
      placed = true;
      out.push(span);
    } else {
      from = Math.min(from, span.from);
      to = Math.max(to, span.to);
    }
  }
  if (!placed) out.push({ from, to });
  return out;
}

/** Not more than `most`: the nearest neighbours become one, with what lies between. */
export function coarser(spans: Span[], most: number): Span[] {
  while (spans.length > most) {
    let at = 1;
    for (let i = 2; i < spans.length; i++)
      if (spans[i]!.from - spans[i - 1]!.to < spans[at]!.from - spans[at - 1]!.to) at = i;
    spans.splice(at - 1, 2, { from: spans[at - 1]!.from, to: spans[at]!.to });
  }
  return spans;
}
