import { expect, test } from 'vitest';
import { z } from 'zod';
import { issueText } from './index.ts';

const schema = z.strictObject({
  reason: z.string().min(3, 'a reason of at least three letters'),
  ids: z.array(z.int()).optional(),
  all: z.literal(true).optional(),
  kind: z.enum(['a', 'b']).optional(),
  either: z.union([z.int(), z.string()]).optional(),
});

test.each([
  [{}, 'is missing, a text is needed'],
  [{ reason: 5 }, 'must be a text'],
  [{ reason: 'x' }, 'a reason of at least three letters'],
  [{ reason: 'why', ids: ['x'] }, 'must be a number'],
  [{ reason: 'why', ids: 1 }, 'must be a list'],
  [{ reason: 'why', all: false }, 'must be true'],
  [{ reason: 'why', kind: 'c' }, 'must be "a" or "b"'],
  [{ reason: 'why', either: null }, 'has none of the forms that are possible here'],
  [{ reason: 'why', colour: 1 }, 'there is no field "colour" here'],
])('of %o it says: %s', (given, said) => {
  expect(schema.safeParse(given).error?.issues.map(issueText)).toEqual([said]);
});
