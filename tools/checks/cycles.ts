/** Cycles in a graph of files, each told once as the way that leads back to its begin. */

export function findCycles(graph: ReadonlyMap<string, readonly { readonly to: string }[]>): string[][] {
  const cycles: string[][] = [];
  const state = new Map<string, 'open' | 'done'>();
  const way: string[] = [];
  const visit = (file: string): void => {
    state.set(file, 'open');
    way.push(file);
    for (const { to } of graph.get(file) ?? []) {
      if (state.get(to) === 'open') cycles.push(fromSmallest(way.slice(way.indexOf(to))));
      else if (!state.has(to)) visit(to);
    }
    way.pop();
    state.set(file, 'done');
  };
  for (const file of graph.keys()) if (!state.has(file)) visit(file);
  return cycles;
}

/** The same circle, begun at its first name, so that the same mistake reads the same every time. */
function fromSmallest(circle: readonly string[]): string[] {
  const begin = circle.indexOf([...circle].sort()[0] as string);
  return [...circle.slice(begin), ...circle.slice(0, begin + 1)];
}
