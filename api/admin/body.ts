/** JSON bodies, checked: wrong fields are named by their paths. */
import type { z } from 'zod';
import { issueText } from '../../services/config/index.ts';
import { CodedError } from '../../services/model/index.ts';

/** So many wrong fields are named; of the others is said how many there are. */
const NAMED = 10;
const CHARACTERS = 300;

/** Throws `request.body`. */
export function body<S extends z.ZodType>(request: { readonly body?: unknown }, schema: S): z.infer<S> {
  const parsed = schema.safeParse(request.body ?? {});
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const problems = issues.slice(0, NAMED).map((issue) => {
    const said = issueText(issue);
    return shortened(issue.path.length === 0 ? said : `${issue.path.map(String).join('.')}: ${said}`);
  });
  if (issues.length > NAMED) problems.push(`and ${issues.length - NAMED} more`);
  throw new CodedError('request.body', problems.join('; '));
}

/** Unknown fields are named as they were sent. */
function shortened(text: string): string {
  return text.length > CHARACTERS ? `${text.slice(0, CHARACTERS)}…` : text;
}
