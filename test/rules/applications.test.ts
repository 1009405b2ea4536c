// SPDX-License-Identifier: AGPL-3.0-or-later
import { describe, expect, it } from '@jest/globals'
import { withoutGreeting } from '../../server/applications/accepted.ts'
import { APPLICATION_STATES, SEATED, type ApplicationState } from '../../server/model/application.ts'
import {
  APPLICATION_ACTIONS,
  applicantFaults,
  dueAfter,
  heldUntil,
  monthsFrom,
  mostSeats,
  ownContact,
  step,
  type ApplicationAction,
} from '../../server/applications/rules.ts'
import { usualDays } from '../../server/base/usual-days.ts'

const DAY = 86_400_000

describe('an application, state by action', () => {
  type Row = Partial<Record<ApplicationAction, ApplicationState>>
  const ends = { decline: 'declined', withdraw: 'withdrawn', close_offer: 'offer_closed' } as const
  const answers = { wait: 'waitlisted', accept: 'accepted', ...ends } as const
  const expected: Record<ApplicationState, Row> = {
    unconfirmed: { confirm: 'submitted', wait: 'waitlisted' },
    submitted: { take: 'in_review', ...answers },
    in_review: answers,
    waitlisted: { offer_place: 'place_offered', accept: 'accepted', ...ends },
    place_offered: { accept: 'accepted', lapse: 'lapsed', ...ends },
    accepted: { complete: 'completed', miss: 'no_show', decline: 'declined', withdraw: 'withdrawn' },
    completed: { miss: 'no_show' },
    no_show: { complete: 'completed' },
    declined: {},
    withdrawn: {},
    lapsed: {},
    offer_closed: {},
  }
  for (const state of APPLICATION_STATES) {
    for (const action of APPLICATION_ACTIONS) {
      const to = expected[state][action]
      it(to ? `${state} + ${action} = ${to}` : `${state} refuses ${action} with a reason`, () => {
        const result = step(state, action)
        if (to === undefined) return expect(result).toEqual({ ok: false, reason: `applications.refused.${state}` })
        expect(result).toMatchObject({ ok: true, to })
        expect(result.ok && result.fact).toBe(action === 'confirm' ? 'application.confirmed' : `application.${to}`)
      })
    }
  }
})

describe('who applies', () => {
  it('every requirement is ticked, and the age when there is one', () => {
    const offer = { requirements: ['vehicle', 'interview'], min_age: 16 }
    expect(applicantFaults(offer, { ticks: ['vehicle'], age: false })).toEqual({
      ticks: 'applications.error.ticks_missing',
      age: 'applications.error.age_missing',
    })
    expect(applicantFaults(offer, { ticks: ['interview', 'vehicle', 'else'], age: true })).toEqual({})
    expect(applicantFaults({ requirements: [], min_age: null }, { ticks: [], age: false })).toEqual({})
  })
  it('the contact does not apply to their own offer, signed in or by their mailbox', () => {
    const contacts = [
      { id: 'b', email_key: 'bastien@example.org' },
      { id: 'd', email_key: '' },
    ]
    expect(ownContact({ id: 'b', email_key: 'other@example.org' }, contacts)).toBe(contacts[0])
    expect(ownContact({ id: 'd', email_key: 'other@example.org' }, contacts)).toBe(contacts[1])
    expect(ownContact({ id: null, email_key: 'bastien@example.org' }, contacts)).toBe(contacts[0])
    expect(ownContact({ id: null, email_key: 'yvon@example.org' }, contacts)).toBe(undefined)
    expect(ownContact({ id: null, email_key: '' }, contacts)).toBe(undefined)
    expect(ownContact({ id: 'b', email_key: '' }, [])).toBe(undefined)
  })
})

describe('time', () => {
  it.each([
    [0, undefined],
    [2, undefined],
    [3, { tells: 'team', days: 3 }],
    [6, { tells: 'team', days: 3 }],
    [7, { tells: 'team', days: 7 }],
    [14, { tells: 'team', days: 14 }],
    [20, { tells: 'team', days: 14 }],
    [21, { tells: 'applicant', days: 21 }],
    [90, { tells: 'applicant', days: 21 }],
  ])('after %d days without answer, the latest thing due is %j', (days, due) => {
    expect(dueAfter(days)).toEqual(due)
  })
  it('the usual delay is the median in days, and is not shown below five answers', () => {
    expect(usualDays([1, 1, 1, 1])).toBeUndefined()
    expect(usualDays([0, 0, 0, 0, 0])).toBe(1)
    expect(usualDays([1, 2, 3, 20, 40].map((days) => days * DAY))).toBe(3)
    expect(usualDays([1, 1, 2, 3, 9, 9].map((days) => days * DAY))).toBe(3)
  })
  it('a place is held for 72 hours, and not beyond the first day or the end of what one comes for', () => {
    const now = '2026-11-22T09:00:00.000Z'
    expect(heldUntil(now, null, null)).toBe('2026-11-25T09:00:00.000Z')
    expect(heldUntil(now, '2026-12-05T23:00:00.000Z', null)).toBe('2026-11-25T09:00:00.000Z')
    expect(heldUntil(now, '2026-11-23T23:00:00.000Z', '2026-11-30T23:00:00.000Z')).toBe('2026-11-23T23:00:00.000Z')
    expect(heldUntil(now, '2026-11-21T23:00:00.000Z', '2026-11-22T23:00:00.000Z')).toBe('2026-11-22T23:00:00.000Z')
  })

  it('P1: nobody who waits has a seat, and who has one is never in the way of a group that fits', () => {
    const seated = APPLICATION_STATES.filter((state) => SEATED.includes(state))
    expect(seated).toEqual(['place_offered', 'accepted'])
    const content = { group_ok: true, group_max: 6, no_waiting_list: false }
    expect(mostSeats({ capacity: 10, taken: 8, content })).toBe(6)
    expect(mostSeats({ capacity: 4, taken: 4, content })).toBe(4)
    expect(mostSeats({ capacity: 10, taken: 8, content: { ...content, no_waiting_list: true } })).toBe(2)
    expect(mostSeats({ capacity: null, taken: 8, content: { ...content, group_max: null } })).toBe(99)
    expect(mostSeats({ capacity: 10, taken: 0, content: { ...content, group_ok: false } })).toBe(1)
  })

  it('twelve months end on a day that exists', () => {
    expect(monthsFrom('2026-11-22T09:00:00.000Z', 12)).toBe('2027-11-22T09:00:00.000Z')
    expect(monthsFrom('2028-02-29T09:00:00.000Z', -12)).toBe('2027-02-28T09:00:00.000Z')
    expect(monthsFrom('2026-03-31T09:00:00.000Z', -1)).toBe('2026-02-28T09:00:00.000Z')
  })
})

describe('pages F24: a mail greets once', () => {
  const jeanne = { given_name: 'Jeanne', family_name: 'Paquette' }
  it.each([
    ['Bonjour Jeanne, rendez-vous mercredi.', 'Rendez-vous mercredi.'],
    ['Bonjour Jeanne,\n\nrendez-vous mercredi.', 'Rendez-vous mercredi.'],
    ['BONJOUR JEANNE PAQUETTE !\nÀ mercredi.', 'À mercredi.'],
    ['Chère Jeanne\nÀ mercredi.', 'À mercredi.'],
    ['Bonjour, à mercredi.', 'À mercredi.'],
    ['Bonsoir à tous !', ''],
    ['Hello Jeanne,', ''],
    ['Bonjour Yvon, à mercredi.', 'Bonjour Yvon, à mercredi.'],
    ['Bonjour Jeanne rendez-vous mercredi.', 'Bonjour Jeanne rendez-vous mercredi.'],
    ['Rendez-vous mercredi, bonjour à Yvon.', 'Rendez-vous mercredi, bonjour à Yvon.'],
    ['Historique à lire.', 'Historique à lire.'],
    ['', ''],
  ])('%j', (words, left) => {
    expect(withoutGreeting(words, jeanne)).toBe(left)
  })
})
