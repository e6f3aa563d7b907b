/** What zod says of a value that somebody sent, in words that need no knowledge of zod. Texts of our own schemas stay. */
import type { z } from 'zod';

const WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** `is missing, a text is needed`; `there is no field "colour" here`. */
export function issueText(issue: z.core.$ZodIssue): string {
  const { message } = issue;
  switch (issue.code) {
    case 'invalid_type': {
      if (!message.startsWith('Invalid input')) return message;
      const needed = WORDS[issue.expected] ?? issue.expected;
      return message.endsWith('received undefined') ? `is missing, ${needed} is needed` : `must be ${needed}`;
    }
    case 'invalid_value': {
      if (!message.startsWith('Invalid')) return message;
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    }
    case 'unrecognized_keys':
      return `there is no field ${issue.keys.map((key) => JSON.stringify(key)).join(', ')} here`;
    case 'invalid_union':
      return message.startsWith('Invalid input') ? 'has none of the forms that are possible here' : message;
    default:
      return message.replace(/^(Invalid string|Invalid input|Too small|Too big): /, '');
  }
}
