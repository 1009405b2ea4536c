// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, it } from '@jest/globals'
import { EVENTS, readEvent, type EventRow } from '../../server/model/events.ts'
import { readModules, withoutComments } from '../support/sources.ts'

const READERS =
  /^(?:server\/(?:model\/events|notices|audit\/rules|audit\/pages|applications\/pages)|federation\/outbox|db\/)/

it('every declared event is recorded somewhere', () => {
  const recording = readModules(['server', 'federation'])
    .filter(({ file }) => !READERS.test(file))
    .map(({ text }) => withoutComments(text))
    .join('\n')
  const forgotten = Object.keys(EVENTS).filter((type) => !recording.includes(`'${type}'`))
  expect(forgotten.map((type) => `server/model/events.ts: no command records ${type}`)).toEqual([])
})

const row = (changes: Partial<EventRow>): EventRow => ({
  seq: 7,
  at: '2026-11-22T09:00:00.000Z',
  type: 'offer.submitted',
  actor_id: null,
  subject_id: 'offer',
  details: '{"centre":"https://centre.example/actor"}',
  ...changes,
})

it('an event is read as it was recorded', () => {
  expect(readEvent(row({}))).toEqual({
    ok: true,
    event: {
      seq: 7,
      at: '2026-11-22T09:00:00.000Z',
      type: 'offer.submitted',
      actorId: null,
      subjectId: 'offer',
      details: { centre: 'https://centre.example/actor' },
    },
  })
})

it.each<[string, Partial<EventRow>]>([
  ['unknown_type', { type: 'offer.sung' }],
  ['unknown_type', { type: 'constructor' }],
  ['no_subject', { subject_id: null }],
  ['broken_json', { details: '{"centre":' }],
  ['wrong_details details', { details: 'null' }],
  ['wrong_details centre', { details: '{"centre":3}' }],
  ['wrong_details centre', { details: '{}' }],
  ['wrong_details day', { type: 'statistics.day_ended', details: '{"partner":"x","day":"2026-02-30","sending":1}' }],
])('a row with %s is recognised, without its content', (fault, changes) => {
  expect(readEvent(row(changes))).toEqual({ ok: false, fault })
})
