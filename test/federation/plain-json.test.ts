// SPDX-License-Identifier: AGPL-3.0-or-later
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { activityOriginRefusal, idOf, idsOf, isOfOrigin, isSameOrigin, readId } from '../../federation/origins.ts'
import { readPlainJson } from '../../federation/plain-json.ts'
import { HOSTILE_JSON } from '../support/hostile-input.ts'

const nested = (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)
const many = (count: number) => JSON.stringify({ a: Array.from({ length: count }, () => 1) })

describe('plain JSON', () => {
  it.each<[string, string | Buffer, string]>([
    ['an ordinary object', '{"type":"Follow","a":[1,2,{"b":null}]}', 'ok'],
    ['extension keys of other servers', '{"_misskey_content":"x","@context":["a","b"]}', 'ok'],
    ['the same key in two objects', '{"a":{"id":1},"b":{"id":2},"id":3}', 'ok'],
    ['a key that is also a value', '{"a":"b","b":"a"}', 'ok'],
    ['a string that looks like structure', '{"a":"{\\"a\\":[[[","b":"}]"}', 'ok'],
    ['depth 24', nested(24), 'ok'],
    ['depth 25', nested(25), 'too_deep'],
    ['depth 10 000', '['.repeat(10_000) + ']'.repeat(10_000), 'not_an_object'],
    ['depth 10 000 inside', `{"a":${'['.repeat(10_000) + ']'.repeat(10_000)}}`, 'too_deep'],
    ['3 900 values', many(3900), 'ok'],
    ['4 100 values', many(4100), 'too_many_nodes'],
    ['more than 256 kB', `{"a":"${'x'.repeat(270_000)}"}`, 'too_big'],
    ['a string of 65 kB', `{"a":"${'x'.repeat(66_000)}"}`, 'string_too_long'],
    ['a list', '[]', 'not_an_object'],
    ['null', 'null', 'not_an_object'],
    ['a number', '3', 'not_an_object'],
    ['nothing', '', 'not_json'],
    ['broken', '{"a":', 'not_json'],
    ['a comment', '{/**/"a":1}', 'not_json'],
    ['a byte order mark', '\ufeff{"a":1}', 'not_json'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'not_utf8'],
    ['a raw NUL', '{"a":"\0"}', 'not_json'],
    ['a written NUL', '{"a":"\\u0000"}', 'unsafe_text'],
    ['half a character', '{"a":"\\ud800"}', 'unsafe_text'],
    ['a key twice', '{"id":"a","id":"b"}', 'duplicate_key'],
    ['a key twice, once in disguise', '{"id":"a","\\u0069d":"b"}', 'duplicate_key'],
    ['a key twice, far from its colon', `{"id":"a","id"${' '.repeat(100)}:"b"}`, 'duplicate_key'],
    ['a key twice deep inside', '{"a":[{"b":{"c":1,"c":2}}]}', 'duplicate_key'],
    ['__proto__', '{"__proto__":{"admin":true}}', 'forbidden_key'],
    ['__proto__ in disguise', '{"\\u005f_proto__":1}', 'forbidden_key'],
    ['constructor', '{"a":{"constructor":1}}', 'forbidden_key'],
    ['_meta', '{"object":{"_meta":{"collection":["x"]}}}', 'forbidden_key'],
    ['@graph', '{"@graph":[{},{}]}', 'forbidden_key'],
    ['@included', '{"a":{"@included":[]}}', 'forbidden_key'],
    ['@reverse', '{"@reverse":{}}', 'forbidden_key'],
    ['16 contexts', JSON.stringify({ '@context': Array(16).fill('https://a.example/') }), 'ok'],
    ['17 contexts', JSON.stringify({ '@context': Array(17).fill('https://a.example/') }), 'too_many_contexts'],
    ['9 contexts inside', JSON.stringify({ a: [{ '@context': Array(9).fill('x') }] }), 'too_many_contexts'],
  ])('%s: %#', (_name, text, expected) => {
    const read = readPlainJson(Buffer.from(text as string))
    expect(read.ok ? 'ok' : read.reason).toBe(expected)
  })

  it('what passes is what JSON.parse reads, and nothing throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const read = readPlainJson(Buffer.from(text))
        if (read.ok) expect(read.value).toEqual(JSON.parse(text))
      }),
      { numRuns: 2000 },
    )
  })

  it.each(HOSTILE_JSON)('a hostile body is judged: %#', (body, expected) => {
    const read = readPlainJson(Buffer.from(body))
    expect(read.ok ? 'ok' : read.reason).toBe(expected)
  })
})

describe('origins', () => {
  it.each([
    ['https://us.example', 'https://us.example/actor', true],
    ['https://us.example/a', 'https://US.example:443/b', true],
    ['https://us.example', 'https://us.example.evil.test/actor', false],
    ['https://us.example', 'https://us.example@evil.test/', false],
    ['https://us.example', 'http://us.example/', false],
    ['https://us.example', 'https://us.example:8443/', false],
    ['https://us.example', 'https://sub.us.example/', false],
    ['https://us.example', 'https://us.example\\@evil.test/', false],
    ['https://us.example', 'https://us.example\n/', false],
    ['https://us.example', ['https://us.example/a'], false],
  ])('%s and %s', (a, b, expected) => expect(isSameOrigin(a, b)).toBe(expected))

  it.each([
    undefined,
    null,
    3,
    '',
    'x',
    'javascript:alert(1)',
    'data:text/html,x',
    'acct:a@b.example',
    ' https://a.example',
    {},
    [],
    `https://a.example/${'x'.repeat(2100)}`,
  ])('%p is no id', (value) => expect(readId(value)).toBeUndefined())

  it('a reference is a text, an object with an id, or one of them in a list', () => {
    const id = 'https://a.example/1'
    for (const value of [id, { id }, [id], [{ id }]]) expect(idOf(value)).toBe(id)
    for (const value of [[id, id], [], [[id]], { id: { id } }, { id: [id] }, null, 3, 'x'])
      expect(idOf(value)).toBeUndefined()
    expect(idsOf([id, { id }, 'x', null, [id]])).toEqual([id, id, id])
    expect(idsOf(undefined)).toEqual([])
  })

  it('an activity belongs to the server of its actor', () => {
    const activity = { id: 'https://a.example/activities/1', actor: 'https://a.example/actor' }
    expect(activityOriginRefusal(activity)).toBeUndefined()
    expect(activityOriginRefusal({ ...activity, actor: [activity.actor] })).toBeUndefined()
    expect(activityOriginRefusal({ ...activity, actor: 'https://b.example/actor' })).toBe('wrong_origin')
    expect(activityOriginRefusal({ ...activity, actor: [activity.actor, 'https://b.example/actor'] })).toBe(
      'actor_unusable',
    )
    expect(activityOriginRefusal({ actor: activity.actor })).toBe('id_unusable')
    expect(isOfOrigin(activity.id, 'https://a.example')).toBe(true)
    expect(isOfOrigin('https://a.example.evil.test/', 'https://a.example')).toBe(false)
  })
})
