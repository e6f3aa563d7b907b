import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NOBODY } from '../../../services/access/index.ts';
import { topicCity } from '../testing/index.ts';

describe('a topic that means nothing is refused with the reason:', () => {
  test.each([
    ['application/1/device/2/event/up', 'topics begin with v1.1/'],
    ['v1.1/', 'a set is missing behind v1.1/'],
    ['v1.1/Thing', 'there is no set Thing'],
    ['v1.1/constructor', 'there is no set constructor'],
    ['v1.1/Things(abc)', "'Things(abc)' is no address"],
    ['v1.1/Things/1', 'an id stands in parentheses: Things(1)'],
    ['v1.1/Things/Datastreams', 'Datastreams needs one entity before it: Things(1)/Datastreams'],
    ['v1.1/Things(1)/colour', 'Thing has no colour'],
    ['v1.1/Things(1)/name/$value', 'Thing has no name'],
    ['v1.1/Datastreams(1)/Thing(1)', 'Thing is one entity and takes no id'],
    ['v1.1/Observations(1)/Datastream', 'a topic ends with an Observation; begin it with Datastreams'],
    ['v1.1/Things?$filter=id eq 1', 'only $select can stand in a topic, not $filter'],
    ['v1.1/Things?$select=colour', 'colour'],
    ['v1.1/Things(1)/name?$select=name', 'a topic of one property takes no options'],
    [
      'v1.1/Things(1)/Datastreams(1)/Thing/Datastreams(1)/Thing/Datastreams(1)/Thing/Datastreams(1)/Thing',
      'more than 8 segments',
    ],
    ['v1.1/%ff', 'is not percent-encoded UTF-8'],
  ])('%s', async (topic, reason) => {
    const { door } = await topicCity();
    expect(door.subscribe(topic, NOBODY)).toContain(reason);
    expect(door.subscribe('v1.1/Things', NOBODY)).toBeNull();
  });
});

test('whatever text comes as a topic, it is taken or refused with a reason', async () => {
  const { door } = await topicCity();
  const words = fc.constantFrom(
    'v1.1',
    'Things',
    'Things(1)',
    'Datastreams',
    'Observations(5)',
    'name',
    '$ref',
    '?',
    '$select=',
    'name',
    '/',
    '(',
    "'",
    '%',
    ',',
  );
  let taken = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(words).map((parts) => `v1.1/${parts.join('')}`),
      ),
      (topic) => {
        const reason = door.subscribe(topic, NOBODY);
        if (reason !== null) expect(reason).not.toBe('');
        else {
          taken++;
          door.leave(topic);
        }
      },
    ),
    { numRuns: 5000 },
  );
  expect(taken).toBeGreaterThan(50);
});

test('a path of more segments than the option says cannot be subscribed to [limit sensorthings.topicSegments]', async () => {
  const { door } = await topicCity({ options: { topicSegments: 2 } });
  expect(door.subscribe('v1.1/Datastreams(1)/Thing', NOBODY)).toBeNull();
  expect(door.subscribe('v1.1/Datastreams(1)/Thing/Datastreams', NOBODY)).toContain('more than 2 segments');
});
