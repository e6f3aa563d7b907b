/** Query parameters, checked: an unknown or repeated one is an error, so that a mistyped filter never means "all". */
import { z } from 'zod';
import { issueText } from '../../services/config/index.ts';
import { CodedError } from '../../services/model/index.ts';
import { queryOf } from '../http/index.ts';
import type { Options } from './options.ts';

/** Throws `query.option` that names every wrong parameter. */
export function query<S extends z.ZodRawShape>(url: string, shape: S): z.infer<z.ZodObject<S>> {
  const given = queryOf(url);
  const problems: string[] = [];
  for (const name of new Set(given.keys())) {
    if (!Object.hasOwn(shape, name)) {
      problems.push(`${name}: there is no such parameter; there are ${Object.keys(shape).join(', ') || 'none'}`);
    } else if (given.getAll(name).length > 1) problems.push(`${name}: stands twice`);
  }
  const parsed = z.object(shape).safeParse(Object.fromEntries(given));
  for (const issue of parsed.error?.issues ?? []) problems.push(`${issue.path.join('.')}: ${issueText(issue)}`);
  if (!parsed.success || problems.length > 0) throw new CodedError('query.option', problems.join('; '));
  return parsed.data;
}

/** `limit`: a whole number from 1 to the largest page. */
export function limit({ pageSize, maxPageSize }: Options) {
  const wanted = `a whole number from 1 to ${maxPageSize}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, wanted)
    .transform(Number)
    .refine((count) => count >= 1 && count <= maxPageSize, wanted)
    .default(Math.min(pageSize, maxPageSize));
}

/** A moment as ISO 8601 with its zone; milliseconds since 1970. */
export const time = z.iso
  .datetime({ offset: true, error: 'a time as 2026-03-01T12:00:00Z' })
  .transform((text) => Date.parse(text));

/** Number of a journal record. */
export const record = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, 'the number of a record')
  .transform(Number);

/** Left out: false. */
export const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');
