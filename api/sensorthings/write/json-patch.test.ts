import { describe, expect, test } from 'vitest';
import { applyPatch } from './json-patch.ts';

const LIMITS = { bodyDepth: 50, bodyNodes: 1000, bodyBytes: 5000, patchOperations: 40 };
const apply = (document: unknown, patch: unknown) => applyPatch(document, patch, LIMITS, () => undefined);

/** [RFC 6902, appendix A], in its order. `fails`: the code of the error. */
const EXAMPLES: readonly {
  name: string;
  document: unknown;
  patch: unknown;
  gives?: unknown;
  fails?: string;
}[] = [
  {
    name: 'A.1 adding an object member',
    document: { foo: 'bar' },
    patch: [{ op: 'add', path: '/baz', value: 'qux' }],
    gives: { baz: 'qux', foo: 'bar' },
  },
  {
    name: 'A.2 adding an array element',
    document: { foo: ['bar', 'baz'] },
    patch: [{ op: 'add', path: '/foo/1', value: 'qux' }],
    gives: { foo: ['bar', 'qux', 'baz'] },
  },
  {
    name: 'A.3 removing an object member',
    document: { baz: 'qux', foo: 'bar' },
    patch: [{ op: 'remove', path: '/baz' }],
    gives: { foo: 'bar' },
  },
  {
    name: 'A.4 removing an array element',
    document: { foo: ['bar', 'qux', 'baz'] },
    patch: [{ op: 'remove', path: '/foo/1' }],
    gives: { foo: ['bar', 'baz'] },
  },
  {
    name: 'A.5 replacing a value',
    document: { baz: 'qux', foo: 'bar' },
    patch: [{ op: 'replace', path: '/baz', value: 'boo' }],
    gives: { baz: 'boo', foo: 'bar' },
  },
  {
    name: 'A.6 moving a value',
    document: { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
    patch: [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
    gives: { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
  },
  {
    name: 'A.7 moving an array element',
    document: { foo: ['all', 'grass', 'cows', 'eat'] },
    patch: [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
    gives: { foo: ['all', 'cows', 'eat', 'grass'] },
  },
  {
    name: 'A.8 testing a value: success',
    document: { baz: 'qux', foo: ['a', 2, 'c'] },
    patch: [
      { op: 'test', path: '/baz', value: 'qux' },
      { op: 'test', path: '/foo/1', value: 2 },
    ],
    gives: { baz: 'qux', foo: ['a', 2, 'c'] },
  },
  {
    name: 'A.9 testing a value: error',
    document: { baz: 'qux' },
    patch: [{ op: 'test', path: '/baz', value: 'bar' }],
    fails: 'request.conflict',
  },
  {
    name: 'A.10 adding a nested member object',
    document: { foo: 'bar' },
    patch: [{ op: 'add', path: '/child', value: { grandchild: {} } }],
    gives: { foo: 'bar', child: { grandchild: {} } },
  },
  {
    name: 'A.11 ignoring unrecognized elements',
    document: { foo: 'bar' },
    patch: [{ op: 'add', path: '/baz', value: 'qux', xyz: 123 }],
    gives: { foo: 'bar', baz: 'qux' },
  },
  {
    name: 'A.12 adding to a nonexistent target',
    document: { foo: 'bar' },
    patch: [{ op: 'add', path: '/baz/bat', value: 'qux' }],
    fails: 'request.body',
  },
  {
    name: 'A.14 ~ escape ordering',
    document: { '/': 9, '~1': 10 },
    patch: [{ op: 'test', path: '/~01', value: 10 }],
    gives: { '/': 9, '~1': 10 },
  },
  {
    name: 'A.15 comparing strings and numbers',
    document: { '/': 9, '~1': 10 },
    patch: [{ op: 'test', path: '/~01', value: '10' }],
    fails: 'request.conflict',
  },
  {
    name: 'A.16 adding an array value',
    document: { foo: ['bar'] },
    patch: [{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }],
    gives: { foo: ['bar', ['abc', 'def']] },
  },
  // beyond the appendix
  {
    name: 'copy',
    document: { a: { b: 1 } },
    patch: [{ op: 'copy', from: '/a', path: '/c' }],
    gives: { a: { b: 1 }, c: { b: 1 } },
  },
  {
    name: 'adding replaces what is there',
    document: { a: 1 },
    patch: [{ op: 'add', path: '/a', value: 2 }],
    gives: { a: 2 },
  },
  {
    name: 'the whole document',
    document: { a: 1 },
    patch: [{ op: 'replace', path: '', value: { b: 2 } }],
    gives: { b: 2 },
  },
  { name: 'an empty key', document: { '': 1 }, patch: [{ op: 'replace', path: '/', value: 2 }], gives: { '': 2 } },
  { name: 'moving onto itself', document: { a: 1 }, patch: [{ op: 'move', from: '/a', path: '/a' }], gives: { a: 1 } },
  {
    name: 'moving into itself',
    document: { a: { b: 1 } },
    patch: [{ op: 'move', from: '/a', path: '/a/b' }],
    fails: 'request.body',
  },
  {
    name: 'replacing what is not there',
    document: {},
    patch: [{ op: 'replace', path: '/a', value: 1 }],
    fails: 'request.body',
  },
  { name: 'removing what is not there', document: {}, patch: [{ op: 'remove', path: '/a' }], fails: 'request.body' },
  {
    name: 'an index with a leading zero',
    document: { a: [1, 2] },
    patch: [{ op: 'remove', path: '/a/01' }],
    fails: 'request.body',
  },
  {
    name: 'an index beyond the end',
    document: { a: [1] },
    patch: [{ op: 'add', path: '/a/2', value: 1 }],
    fails: 'request.body',
  },
  {
    name: 'the place behind the end, to read',
    document: { a: [1] },
    patch: [{ op: 'copy', from: '/a/-', path: '/b' }],
    fails: 'request.body',
  },
  { name: 'a wrong escape', document: {}, patch: [{ op: 'add', path: '/a~2', value: 1 }], fails: 'request.body' },
  {
    name: 'a pointer without its slash',
    document: {},
    patch: [{ op: 'add', path: 'a', value: 1 }],
    fails: 'request.body',
  },
  { name: 'no value', document: {}, patch: [{ op: 'add', path: '/a' }], fails: 'request.body' },
  { name: 'an unknown operation', document: {}, patch: [{ op: 'merge', path: '/a', value: 1 }], fails: 'request.body' },
  { name: 'no array', document: {}, patch: { op: 'add', path: '/a', value: 1 }, fails: 'request.body' },
  { name: 'no operation', document: {}, patch: [7], fails: 'request.body' },
  {
    name: 'inherited keys',
    document: {},
    patch: [{ op: 'copy', from: '/toString', path: '/a' }],
    fails: 'request.body',
  },
];

describe('a JSON Patch', () => {
  test('has all examples of the RFC that JSON.parse can hold [req create-update-delete/update-entity-jsonpatch]', () => {
    expect(EXAMPLES.filter(({ name }) => name.startsWith('A.'))).toHaveLength(15);
  });

  test.each(EXAMPLES)('$name', async ({ document, patch, gives, fails }) => {
    const before = structuredClone(document);
    if (fails === undefined) expect(await apply(document, patch)).toEqual(gives);
    else await expect(apply(document, patch)).rejects.toMatchObject({ name: 'CodedError', code: fails });
    // whatever happens, what was given stays as it is
    expect(document).toEqual(before);
  });

  test('takes __proto__ for a key like others', async () => {
    const out = (await apply({}, JSON.parse('[{"op":"add","path":"/__proto__","value":{"polluted":1}}]'))) as object;
    expect(Object.keys(out)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('keeps apart what was copied, and what was given, from what is done later', async () => {
    const document = { a: { b: [1] } };
    const patch = [
      { op: 'add', path: '/a/c', value: { d: [] } },
      { op: 'copy', from: '/a', path: '/e' },
      { op: 'add', path: '/a/b/0', value: 0 },
      { op: 'add', path: '/a/c/d/-', value: 5 },
      { op: 'move', from: '/a/b', path: '/f' },
      { op: 'add', path: '/f/-', value: 2 },
    ];
    const before = structuredClone(patch);
    expect(await apply(document, patch)).toEqual({
      a: { c: { d: [5] } },
      e: { b: [1], c: { d: [] } },
      f: [0, 1, 2],
    });
    expect([document, patch]).toEqual([{ a: { b: [1] } }, before]);
  });
});

describe('a JSON Patch that would make', () => {
  const copies = (n: number) =>
    Array.from({ length: n }, (_, i) => ({ op: 'copy', from: '/p', path: `/p/k${i}` }) as const);

  test.each([
    ['something huge of little text', copies(30), 'request.tooLarge', /more than 5000 bytes/],
    [
      'something too deep',
      [
        { op: 'add', path: '/q', value: JSON.parse(`${'['.repeat(30)}${']'.repeat(30)}`) },
        { op: 'move', from: '/q', path: '/p/q' },
        { op: 'copy', from: '/p', path: `/p/q${'/0'.repeat(29)}/-` },
      ],
      'request.body',
      /deeper than 50 levels/,
    ],
    [
      'too many values',
      [{ op: 'add', path: '/n', value: Array.from({ length: 1000 }, () => 1) }],
      'request.body',
      /more than 1000 values/,
    ],
    [
      'too many steps',
      Array.from({ length: 41 }, () => ({ op: 'test', path: '/p/a', value: 'x' })),
      'request.body',
      /40/,
    ],
  ])('%s is refused [limit sensorthings.patchOperations]', async (_, patch, code, message) => {
    const failed = expect(apply({ p: { a: 'x' } }, patch)).rejects;
    await failed.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('others wait no longer for many operations than for one', async () => {
    let turns = 0;
    const patch = Array.from({ length: 40 }, () => ({ op: 'add', path: '/l/0', value: 1 }));
    await applyPatch({ l: [] }, patch, LIMITS, () => void turns++);
    expect(turns).toBe(40);
  });
});
