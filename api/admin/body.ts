/** JSON bodies, checked: every wrong field is named by its path. */
import type { z } from 'zod';
import { CodedError } from '../../services/model/index.ts';

/** Throws `request.body`. */
export function body<S extends z.ZodType>(request: { readonly body?: unknown }, schema: S): z.infer<S> {
  const parsed = schema.safeParse(request.body ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
  );
  throw new CodedError('request.body', problems.join('; '));
}
