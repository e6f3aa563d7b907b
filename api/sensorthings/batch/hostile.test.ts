import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CodedError } from '../../../services/model/index.ts';
import { readJson } from './read-json.ts';
import { readMultipart } from './read-multipart.ts';

const pieces = fc.constantFrom(
  ...[
    '--b',
    '--b--',
    '--c',
    '--c--',
    '\n',
    '\r\n',
    '\n\n',
    'Content-Type: application/http',
    'Content-Type: multipart/mixed;boundary=c',
  ],
  ...['Content-ID: 1', 'GET Things HTTP/1.1', 'POST $1/Datastreams HTTP/1.1', '{"name":"x"}', ':', ' '],
);

test('whatever comes as parts is read, or refused with a reason', () => {
  let read = 0;
  const text = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 40 }).map((parts) => `--b\n${parts.join('')}\n--b--`),
  );
  fc.assert(
    fc.property(text, (body) => {
      try {
        read += readMultipart(body, 'multipart/mixed;boundary=b', 100).length;
      } catch (error) {
        expect(error).toBeInstanceOf(CodedError);
      }
    }),
    { numRuns: 5000 },
  );
  expect(read).toBeGreaterThan(1000);
});

test('whatever JSON comes is read, or refused with a reason', () => {
  const request = fc.record(
    {
      id: fc.oneof(fc.uuid(), fc.string(), fc.integer()),
      method: fc.string(),
      url: fc.string(),
      atomicityGroup: fc.constantFrom('a', 'b', null, 7),
      dependsOn: fc.oneof({ weight: 9, arbitrary: fc.array(fc.string()) }, fc.jsonValue()),
      headers: fc.oneof({ weight: 9, arbitrary: fc.dictionary(fc.string(), fc.string()) }, fc.jsonValue()),
      body: fc.jsonValue(),
    },
    { requiredKeys: ['id', 'method', 'url'] },
  );
  let read = 0;
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.record({ requests: fc.array(request, { maxLength: 5 }) })), (body) => {
      try {
        read += readJson(body, 100).length;
      } catch (error) {
        expect(error).toBeInstanceOf(CodedError);
      }
    }),
    { numRuns: 3000 },
  );
  expect(read).toBeGreaterThan(100);
});

test.each([
  ['blanks in a request line', `--b\n\nGET ${' '.repeat(2_000_000)}x HTTP/1.1\n--b--`],
  ['boundaries inside a line', `--b\n${'x--b'.repeat(500_000)}\n--b--`],
  ['boundaries that go on', `--b\n${'--bx\n'.repeat(400_000)}\n--b--`],
  ['slashes', `--b\n\nGET ${'/'.repeat(2_000_000)}x HTTP/1.1\n--b--`],
  ['line breaks', `--b\n\n${'\r\n'.repeat(1_000_000)}\n--b--`],
])('2 MB of %s cost a moment, not minutes', (_name, body) => {
  const began = process.threadCpuUsage().user;
  try {
    readMultipart(body, 'multipart/mixed;boundary=b', 1000);
  } catch (error) {
    expect(error).toBeInstanceOf(CodedError);
  }
  expect((process.threadCpuUsage().user - began) / 1000).toBeLessThan(2000);
});
