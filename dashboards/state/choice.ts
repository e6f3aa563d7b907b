/** Which domains are shown: a set of ids; the empty set stands for all, also for those that come later. Pure. */
export type Choice = ReadonlySet<string>;

export const ALL: Choice = new Set();

/** What of a choice counts where these domains are; a town that has none of them shows all that it has. */
export function choiceAmong(choice: Choice, domains: readonly string[]): Choice {
  const here = domains.filter((domain) => choice.has(domain));
  return here.length === domains.length ? ALL : new Set(here);
}

export function isShown(choice: Choice, domain: string): boolean {
  return choice.size === 0 || choice.has(domain);
}

/** A click on a domain: out of all it picks that one, further ones are added, and without the last one all are back. */
export function clicked(choice: Choice, domain: string, domains: readonly string[]): Choice {
  const next = new Set(choiceAmong(choice, domains));
  if (!next.delete(domain)) next.add(domain);
  return choiceAmong(next, domains);
}
