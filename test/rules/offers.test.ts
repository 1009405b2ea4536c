// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { openGazetteer } from '../../db/reference/places.ts'
import { loadTaxonomies } from '../../db/reference/taxonomies.ts'
import { addDays, daysBetween, startOfDay } from '../../server/base/days.ts'
import { changedFields, contentHash, isMaterial } from '../../server/model/offer/material.ts'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { editDistance } from '../../server/model/edit-distance.ts'
import { createOfferParser } from '../../server/offers/forms.ts'
import { readPlaces, toOfferPlaces, typedPlaces } from '../../server/public-offer/places.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import { missingFrom, remarksOn } from '../../server/model/offer/readiness.ts'
import * as rules from '../../server/model/offer/rules.ts'
import { ACTIONS, STATES, transition, type OfferAction, type OfferState } from '../../server/model/offer/rules.ts'
import * as windows from '../../server/model/offer/window.ts'

const now = '2026-11-22T09:00:00.000Z'
const good: rules.Circumstances = {
  now,
  until: '2026-12-21T23:00:00.000Z',
  isComplete: true,
  hasContact: true,
  hasReason: true,
  openApplications: 0,
}

describe('the life of an offer', () => {
  // Every state with every action: a new one without its line here does not compile.
  const step = (to: OfferState, fact: string) => `${to}: ${fact}`
  const no = 'refused'
  const done = 'done'
  const expected: Record<OfferAction, Record<OfferState, string>> = {
    publish: {
      draft: step('published', 'offer.published'),
      published: done,
      paused: no,
      closed: no,
      cancelled: no,
      archived: no,
    },
    edit: {
      draft: step('draft', 'offer.drafted'),
      published: step('published', 'offer.updated'),
      paused: step('paused', 'offer.updated'),
      closed: step('closed', 'offer.updated'),
      cancelled: no,
      archived: no,
    },
    pause: { draft: no, published: step('paused', 'paused'), paused: done, closed: no, cancelled: no, archived: no },
    resume: {
      draft: no,
      published: done,
      paused: step('published', 'resumed'),
      closed: no,
      cancelled: no,
      archived: no,
    },
    close: {
      draft: no,
      published: step('closed', 'closed'),
      paused: step('closed', 'closed'),
      closed: done,
      cancelled: no,
      archived: no,
    },
    renew: {
      draft: no,
      published: step('published', 'renewed'),
      paused: step('published', 'renewed'),
      closed: step('published', 'reopened'),
      cancelled: no,
      archived: no,
    },
    cancel: {
      draft: no,
      published: step('cancelled', 'cancelled'),
      paused: step('cancelled', 'cancelled'),
      closed: no,
      cancelled: done,
      archived: no,
    },
    archive: {
      draft: step('archived', 'offer.discarded'),
      published: no,
      paused: no,
      closed: step('archived', 'offer.removed'),
      cancelled: step('archived', 'offer.removed'),
      archived: done,
    },
    copy: {
      draft: step('draft', 'offer.created'),
      published: step('published', 'offer.created'),
      paused: step('paused', 'offer.created'),
      closed: step('closed', 'offer.created'),
      cancelled: step('cancelled', 'offer.created'),
      archived: step('archived', 'offer.created'),
    },
  }
  const seen = (outcome: rules.Outcome) => {
    if (outcome.is !== 'step') return outcome.is
    return step(outcome.to, typeof outcome.fact === 'string' ? outcome.fact : outcome.fact.standing)
  }
  const every = ACTIONS.flatMap((action) => STATES.map((state) => ({ action, state, is: expected[action][state] })))

  it.each(every)('$action of a $state offer: $is', ({ action, state, is }) => {
    expect(seen(transition(state, action, good))).toBe(is)
    expect(rules.mayTry(state, action)).toBe(is !== no && is !== done)
  })

  const guards: [OfferAction, OfferState, Partial<rules.Circumstances>, rules.Obstacle][] = [
    ['publish', 'draft', { isComplete: false }, 'incomplete'],
    ['publish', 'draft', { hasContact: false }, 'no_contact'],
    ['publish', 'draft', { until: now }, 'window_over'],
    ['edit', 'published', { isComplete: false }, 'incomplete'],
    ['edit', 'paused', { hasContact: false }, 'no_contact'],
    ['edit', 'published', { until: now }, 'window_over'],
    ['edit', 'closed', { isComplete: false }, 'incomplete'],
    ['resume', 'paused', { until: now }, 'window_over'],
    ['close', 'published', { hasReason: false }, 'no_reason'],
    ['close', 'paused', { hasReason: false }, 'no_reason'],
    ['renew', 'published', { until: null }, 'window_over'],
    ['renew', 'paused', { until: now }, 'window_over'],
    ['renew', 'closed', { hasContact: false }, 'no_contact'],
    ['renew', 'closed', { isComplete: false }, 'incomplete'],
    ['archive', 'closed', { openApplications: 1 }, 'open_applications'],
    ['archive', 'cancelled', { openApplications: 2 }, 'open_applications'],
  ]
  it.each(guards)('%s of a %s offer is refused with %j: %s', (action, state, change, because) => {
    expect(transition(state, action, { ...good, ...change })).toEqual({ is: 'refused', because })
  })

  it('lets a reminder’s link renew an offer whose contact has left', () => {
    expect(transition('published', 'renew', { ...good, hasContact: false, isComplete: false }).is).toBe('step')
  })

  it('lets a draft be saved with anything missing, and a closed offer be mended after its last day', () => {
    const bad = { ...good, isComplete: false, hasContact: false, until: null }
    expect(transition('draft', 'edit', bad).is).toBe('step')
    expect(transition('closed', 'edit', { ...good, until: now }).is).toBe('step')
  })

  it('has no way that destroys counters: the only end is to be put away (J17)', () => {
    const ends = every.filter(({ is }) => is.startsWith('archived')).map(({ action }) => action)
    expect(new Set(ends)).toEqual(new Set(['archive', 'copy']))
  })
})

describe('the days online', () => {
  const paris = 'Europe/Paris'
  const none = { firstDay: null, lastDay: null }

  it('begins now and lasts as many calendar days as the association has chosen', () => {
    const window = windows.windowFor(none, 30, paris, now)
    expect(window).toEqual({ from: now, until: '2026-12-21T23:00:00.000Z' })
    expect(windows.daysOf(window, paris)).toEqual({ firstDay: '2026-11-22', lastDay: '2026-12-21' })
    expect(windows.lengthOf(window, paris)).toBe(30)
  })

  it('begins and ends at midnight of the association, also across a change of clocks (J10)', () => {
    const spring = windows.windowFor({ firstDay: '2027-03-20', lastDay: '2027-04-05' }, 30, paris, now)
    expect(spring).toEqual({ from: '2027-03-19T23:00:00.000Z', until: '2027-04-05T22:00:00.000Z' })
    const montreal = windows.windowFor({ firstDay: '2027-03-13', lastDay: '2027-03-14' }, 30, 'America/Toronto', now)
    expect(montreal).toEqual({ from: '2027-03-13T05:00:00.000Z', until: '2027-03-15T04:00:00.000Z' })
  })

  it('gives every day back as it was typed, in every zone and on every day of the year', () => {
    const zones = fc.constantFrom(paris, 'America/Toronto', 'Indian/Reunion', 'America/St_Johns', 'Pacific/Noumea')
    fc.assert(
      fc.property(zones, fc.integer({ min: 0, max: 800 }), fc.integer({ min: 0, max: 364 }), (zone, start, length) => {
        const firstDay = addDays('2026-11-24', start)
        const lastDay = addDays(firstDay, length)
        const window = windows.windowFor({ firstDay, lastDay }, 30, zone, now)
        expect(windows.daysOf(window, zone)).toEqual({ firstDay, lastDay })
        expect(windows.lengthOf(window, zone)).toBe(daysBetween(firstDay, lastDay) + 1)
        // A peer refuses a window of more than 366 days.
        expect(Date.parse(window.until) - Date.parse(window.from)).toBeLessThan(366 * 86_400_000)
      }),
    )
  })

  it('refuses days that have passed, that are reversed, and more than a year', () => {
    const fault = (firstDay: string | null, lastDay: string | null) =>
      windows.windowFault({ firstDay, lastDay }, '2026-11-22')
    expect(fault(null, null)).toBeNull()
    expect(fault(null, '2026-11-22')).toBeNull()
    expect(fault(null, '2026-11-21')).toBe('past')
    expect(fault('2026-12-01', '2026-11-30')).toBe('reversed')
    expect(fault(null, '2027-11-21')).toBeNull()
    expect(fault(null, '2027-11-22')).toBe('too_long')
    expect(fault('2026-12-01', '2027-11-30')).toBeNull()
  })

  it('is renewed for as long again, and never brought nearer', () => {
    const window = windows.windowFor(none, 30, paris, now)
    const onDay23 = windows.renewedWindow(window, paris, '2026-12-14T10:00:00.000Z')
    expect(windows.daysOf(onDay23, paris)).toEqual({ firstDay: '2026-12-14', lastDay: '2027-01-12' })
    expect(windows.lengthOf(onDay23, paris)).toBe(30)
    const long = windows.windowFor({ firstDay: null, lastDay: '2027-06-30' }, 30, paris, now)
    expect(windows.renewedWindow({ ...long, from: '2026-06-01T00:00:00.000Z' }, paris, now).until >= long.until).toBe(
      true,
    )
    const later = windows.windowFor({ firstDay: '2026-12-01', lastDay: '2026-12-31' }, 30, paris, now)
    expect(windows.renewedWindow(later, paris, now)).toEqual(later)
  })

  it('reminds seven days before, two days before and on the last day, in the morning, each once (J12)', () => {
    const window = windows.windowFor(none, 30, paris, now)
    const due = (day: string, found: string | null = null, hour = '09:00') =>
      windows.dueReminder(window, found, paris, `${day}T${hour}:00.000Z`)
    const mark = (days: number | 'expired') => windows.reminderMark(window, days)
    expect(due('2026-12-13')).toBeNull()
    expect(due('2026-12-14', null, '06:59')).toBeNull()
    expect(due('2026-12-14', null, '07:00')).toBe(7)
    expect(due('2026-12-15', mark(7))).toBeNull()
    expect(due('2026-12-15', null)).toBe(7)
    expect(due('2026-12-19', mark(7))).toBe(2)
    expect(due('2026-12-20', mark(2))).toBeNull()
    expect(due('2026-12-21', mark(2))).toBe(0)
    expect(due('2026-12-21', mark(0))).toBeNull()
    expect(due('2026-12-22', mark(0))).toBeNull()
    expect(windows.dueReminder(window, '2026-12-01T00:00:00.000Z/0', paris, '2026-12-14T09:00:00.000Z')).toBe(7)
  })

  it('does not remind on the day of publication of a short one', () => {
    const week = windows.windowFor(none, 7, paris, now)
    expect(windows.dueReminder(week, null, paris, now)).toBeNull()
    expect(windows.dueReminder(week, null, paris, '2026-11-26T09:00:00.000Z')).toBe(2)
    const day = windows.windowFor(none, 1, paris, now)
    expect(windows.dueReminder(day, null, paris, now)).toBeNull()
  })

  it('knows when a day begins, even the days whose midnight is skipped', () => {
    expect(startOfDay('2026-07-14', paris)).toBe('2026-07-13T22:00:00.000Z')
    expect(startOfDay('2026-10-25', paris)).toBe('2026-10-24T22:00:00.000Z')
    expect(startOfDay('2026-10-26', paris)).toBe('2026-10-25T23:00:00.000Z')
  })
})

const text = 'Nous servons un repas chaud à ceux qui vivent dehors, chaque soir de l’hiver.'
const full: OfferContent = {
  ...emptyContent(),
  title: { fr: 'Servir la soupe du soir' },
  summary: { fr: 'Deux heures pour servir et parler un peu.' },
  context: { fr: text },
  tasks: { fr: ['Réchauffer la soupe', 'Servir', 'Ranger la salle'] },
  causes: ['food'],
  activities: ['meals'],
  commitment: 'regular',
  frequency: 'weekly',
  minutes_per_session: 120,
  work_mode: 'on_site',
  places: toOfferPlaces([], { label: '', street: '', atHome: false }),
  capacity: 4,
  contact_label: 'Bastien',
  language: ['fr'],
}

describe('two versions of an offer', () => {
  const changed = (change: Partial<OfferContent>) => isMaterial(full, { ...full, ...change })

  it('are the same whatever the order of their keys', () => {
    const reversed = Object.fromEntries(Object.entries(full).reverse()) as OfferContent
    expect(contentHash(reversed)).toBe(contentHash(full))
    expect(contentHash(full)).toMatch(/^[0-9a-f]{64}$/)
    expect(contentHash({ ...full, capacity: 5 })).not.toBe(contentHash(full))
    expect(changedFields(full, reversed)).toEqual([])
    expect(isMaterial(full, reversed)).toBe(false)
  })

  it('name the fields that differ', () => {
    expect(changedFields(full, { ...full, capacity: null, title: { fr: 'Autre chose ici' } })).toEqual([
      'title',
      'capacity',
    ])
  })

  it.each<[string, Partial<OfferContent>]>([
    ['more people', { capacity: 12 }],
    ['no limit', { capacity: null }],
    ['other moments', { slots: ['monday-evening'] }],
    ['a typing error', { title: { fr: 'Servir la soupe du soirs' } }],
    [
      'ten characters in two texts',
      {
        title: { fr: 'Servir la soupe du soirrrrrrr' },
        summary: { fr: 'Deux heures pour servir et parler un peu ici.' },
      },
    ],
    ['another first name', { contact_label: 'Amina' }],
    [
      'another code of a list',
      { causes: ['poverty'], skills: ['cooking'], benefits: ['meals'], beneficiaries: ['homeless'] },
    ],
    ['groups and wheelchairs', { group_ok: true, accessible: 'yes' }],
    ['days where there were none', { starts_on: '2026-12-01', ends_on: '2026-12-31' }],
  ])('%s: a small change', (_name, change) => {
    expect(changed(change)).toBe(false)
  })

  it.each<[string, Partial<OfferContent>]>([
    [
      'eleven characters in two texts',
      {
        title: { fr: 'Servir la soupe du soirrrrrrr' },
        summary: { fr: 'Deux heures pour servir et parler un peu ici..' },
      },
    ],
    ['a number', { summary: { fr: 'Trois 3 heures pour servir et parler un peu.' } }],
    ['a link', { summary: { fr: 'Deux heures pour servir www.a.fr' } }],
    ['an address', { contact_label: 'a@b.fr' }],
    ['a new text', { profile: { fr: 'Il faut aimer les gens.' } }],
    ['a second language', { title: { fr: 'Servir la soupe du soir', en: 'Serving the evening soup' } }],
    ['another task', { tasks: { fr: ['Réchauffer la soupe', 'Servir', 'Ranger la salle', 'Faire la vaisselle'] } }],
    ['a condition', { requirements: ['vehicle'] }],
    ['somewhere else', { work_mode: 'remote' }],
    ['another age', { min_age: 16 }],
    ['money', { compensation: 'allowance' }],
    ['another commitment', { commitment: 'one_off' }],
    ['more time', { minutes_per_session: 480 }],
    ['words in place of a code', { skills: ['Envoyez-moi de l’argent'] }],
  ])('%s: to be read over', (_name, change) => {
    expect(changed(change)).toBe(true)
  })

  it('may move their days within those that were read, not outside', () => {
    const dated = { ...full, starts_on: '2026-12-01', ends_on: '2026-12-31' }
    expect(isMaterial(dated, { ...dated, ends_on: '2026-12-24' })).toBe(false)
    expect(isMaterial(dated, { ...dated, starts_on: '2026-12-03' })).toBe(false)
    expect(isMaterial(dated, { ...dated, ends_on: '2027-01-02' })).toBe(true)
    expect(isMaterial(dated, { ...dated, starts_on: '2026-11-30' })).toBe(true)
    expect(isMaterial(dated, { ...dated, ends_on: null })).toBe(true)
  })

  it('count characters as Levenshtein did, and give up beyond the bound', () => {
    expect(editDistance('repas', 'repas', 10)).toBe(0)
    expect(editDistance('repas', 'repos', 10)).toBe(1)
    expect(editDistance('', 'abc', 10)).toBe(3)
    expect(editDistance('kitten', 'sitting', 10)).toBe(3)
    expect(editDistance('aaaa', 'bbbb', 3)).toBeNull()
    const slow = (a: string, b: string): number =>
      a === '' || b === ''
        ? a.length + b.length
        : Math.min(
            slow(a.slice(1), b) + 1,
            slow(a, b.slice(1)) + 1,
            slow(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1),
          )
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 })
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 6 }), (a, b, most) => {
        const all = slow(a, b)
        expect(editDistance(a, b, most)).toBe(all > most ? null : all)
      }),
      { numRuns: 200 },
    )
  })
})

describe('what a publication needs', () => {
  const about = { hasContact: true, toCentre: true, usual: 'fr' as const }
  const names = (content: OfferContent, change = {}) =>
    missingFrom(content, { ...about, ...change }).map(({ field }) => field)

  it('is little on one’s own site, and more when a centre reads it over', () => {
    expect(names(emptyContent(), { toCentre: false, hasContact: false })).toEqual([
      'title_fr',
      'commitment',
      'work_mode',
      'capacity',
      'contact_id',
      'contact_label',
    ])
    expect(names(emptyContent())).toEqual(
      expect.arrayContaining(['summary_fr', 'tasks_fr', 'cause_1', 'activity_1', 'title_fr']),
    )
    expect(names({ ...full, work_mode: 'remote' })).toEqual([])
  })

  it('asks for a town unless it is done from home, and for a rhythm when it is regular', () => {
    expect(names(full)).toEqual(['places'])
    expect(names(full, { toCentre: false })).toEqual(['places'])
    const vague = { ...full, work_mode: 'remote', frequency: null, minutes_per_session: null }
    expect(names(vague)).toEqual(['frequency', 'duration'])
    expect(names({ ...vague, commitment: 'one_off' })).toEqual([])
  })

  it('asks in the language the offer is written in', () => {
    const english = {
      ...full,
      title: { en: 'Serving the evening soup' },
      summary: {},
      tasks: {},
      language: ['en' as const],
    }
    expect(names({ ...english, work_mode: 'remote' })).toEqual(['summary_en', 'tasks_en'])
  })

  it('takes « no limit » for an answer, and no answer for none', () => {
    expect(names({ ...full, work_mode: 'remote', capacity: null })).toEqual([])
    expect(names({ ...full, work_mode: 'remote', capacity: 0 })).toEqual(['capacity'])
  })

  it('remarks on a short text without stopping anybody', () => {
    expect(remarksOn(full, 'fr')).toEqual(['offers.remark.short'])
    expect(remarksOn({ ...full, profile: { fr: text.repeat(3) } }, 'fr')).toEqual([])
  })
})

describe('the form', () => {
  const taxonomies = loadTaxonomies()
  const errors = (body: Record<string, unknown>) => {
    const parsed = createOfferParser(taxonomies)(body)
    return parsed.ok ? {} : parsed.form.errors
  }
  const value = (body: Record<string, unknown>) => {
    const parsed = createOfferParser(taxonomies)(body)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.form.errors))
    return parsed.value
  }

  it('saves a draft with nothing in it', () => {
    expect(errors({})).toEqual({})
  })

  it.each<[Record<string, string | string[]>, string, string]>([
    [{ title_fr: 'Aide' }, 'title_fr', 'offers.error.title_words'],
    [{ title_fr: 'Jardinage' }, 'title_fr', 'offers.error.title_words'],
    [{ title_fr: 'URGENT VENEZ VITE' }, 'title_fr', 'offers.error.title_capitals'],
    [{ title_fr: `Des ${'mots '.repeat(30)}` }, 'title_fr', 'offers.error.title_long'],
    [{ title_en: 'Help' }, 'title_en', 'offers.error.title_words'],
    [{ summary_fr: 'a'.repeat(281) }, 'summary_fr', 'offers.error.summary_long'],
    [
      { tasks_fr: Array.from({ length: 13 }, (_, i) => `Tâche ${i}`).join('\n') },
      'tasks_fr',
      'offers.error.tasks_many',
    ],
    [{ tasks_fr: 'a'.repeat(501) }, 'tasks_fr', 'offers.error.tasks_long'],
    [{ context_fr: 'a'.repeat(2001) }, 'context_fr', 'error.field.too_long'],
    [{ profile_en: 'a'.repeat(1501), title_en: 'Some title' }, 'profile_en', 'error.field.too_long'],
    [{ cause_1: 'nothing' }, 'cause_1', 'error.field.unclear'],
    [{ activity_2: 'nothing' }, 'activity_2', 'error.field.unclear'],
    [{ beneficiaries: ['nobody'] }, 'beneficiaries', 'error.field.unclear'],
    [
      {
        skills: taxonomies
          .list('skill')
          .slice(0, 9)
          .map(({ code }) => code),
      },
      'skills',
      'offers.error.skills_many',
    ],
    [{ duration: 'un moment' }, 'duration', 'offers.error.duration'],
    [{ duration: '2 min' }, 'duration', 'offers.error.duration_size'],
    [{ sessions_expected: '0' }, 'sessions_expected', 'offers.error.sessions'],
    [{ starts_on: '31/02/2027' }, 'starts_on', 'offers.error.day'],
    [{ starts_on: '2027-02-02', ends_on: '2027-02-01' }, 'ends_on', 'offers.error.ends_before'],
    [{ slots: ['saturday-teatime'] }, 'slots', 'error.field.unclear'],
    [{ capacity: 'plusieurs' }, 'capacity', 'offers.error.capacity'],
    [{ capacity: '0' }, 'capacity', 'offers.error.capacity'],
    [{ capacity: '-3' }, 'capacity', 'offers.error.capacity'],
    [{ min_age: 'seize' }, 'min_age', 'offers.error.min_age'],
    [{ contact_label: 'bastien@example.org' }, 'contact_label', 'offers.error.contact_label_address'],
    [{ contact_label: '03 80 00 00 00' }, 'contact_label', 'offers.error.contact_label_address'],
    [{ visibility: 'nobody' }, 'visibility', 'error.field.unclear'],
    [
      { work_mode: 'at_beneficiary_home', place_street: '3 rue du Port' },
      'place_street',
      'offers.error.street_at_home',
    ],
    [{ publish_from: '2027-02-02', publish_until: '2027-02-01' }, 'publish_until', 'offers.error.until_before'],
    [{ title_fr: 'Un bon titre', summary_en: 'A summary' }, 'title_en', 'offers.error.title_other_language'],
  ])('%j: a fault at %s', (body, field, key) => {
    expect(errors(body)).toEqual({ [field]: key })
  })

  it('shows all faults at once, also those between two fields', () => {
    const all = errors({ title_fr: 'Non', capacity: 'plusieurs', starts_on: '2027-02-02', ends_on: '2027-02-01' })
    expect(Object.keys(all).sort()).toEqual(['capacity', 'ends_on', 'title_fr'])
  })

  it('reads lists of tasks as people paste them, and durations as they write them', () => {
    const read = value({ tasks_fr: '- Réchauffer\r\n• Servir\r\n\r\n3. Ranger', duration: '1h30' })
    expect(read.tasks_fr).toEqual(['Réchauffer', 'Servir', 'Ranger'])
    expect(read.duration).toBe(90)
  })

  it('a number of people in words is refused with its reason, and « no limit » is an answer (J7)', () => {
    expect(errors({ capacity: 'plusieurs' })).toEqual({ capacity: 'offers.error.capacity' })
    expect(errors({ capacity_kind: 'no_limit', capacity: '' })).toEqual({})
    expect(value({ capacity_kind: 'no_limit', capacity: '' }).capacity_kind).toBe('no_limit')
    expect(value({ capacity: '4' }).capacity).toBe(4)
  })

  it('does not read a number that is not asked for', () => {
    expect(errors({ capacity_kind: 'no_limit', capacity: 'plusieurs' })).toEqual({})
  })
})

describe('towns', () => {
  const gazetteer = openGazetteer()
  afterAll(() => gazetteer.close())
  const near = { country: 'FR' as const, latitude: 47.32, longitude: 5.04 }
  const read = (typed: string, picked: string[] = []) => readPlaces(gazetteer, typed, picked, near)

  it('are several when several are typed, whatever the accents (J8)', () => {
    const { places, open } = read('dijon; Beaune ;DIJON')
    expect(places.map(({ name }) => name)).toEqual(['Dijon', 'Beaune'])
    expect(open).toEqual([])
  })

  it('are asked again when unknown, with those written alike (J8)', () => {
    const { open } = read('Beaunne')
    expect(open[0]?.typed).toBe('Beaunne')
    expect(open[0]?.choices.map(({ name }) => name)).toContain('Beaune')
    expect(read('Xyzabc')).toMatchObject({ places: [{ code: null, name: 'Xyzabc' }], open: [] })
  })

  it('are asked again when there are several of that name, the nearest first, and then taken as chosen', () => {
    const { open } = read('Saint-Aubin')
    const [first] = open[0]!.choices
    expect(open[0]!.choices.length).toBeGreaterThan(1)
    expect(read('Saint-Aubin', [`Saint-Aubin|${first!.code}`])).toEqual({ places: [first], open: [] })
    expect(read('Saint-Aubin', [`Dijon|${first!.code}`]).open).toHaveLength(1)
  })

  it('come back as words that mean the same towns', () => {
    const { places } = read(`Dijon; Beaune; Saint-Aubin`, ['Saint-Aubin|FR-39476'])
    const offered = toOfferPlaces(places, { label: 'Salle', street: '', atHome: false })
    const again = read(typedPlaces(gazetteer, offered, 'FR'))
    expect(again.places.map(({ code }) => code)).toEqual(places.map(({ code }) => code))
  })

  it('are no more precise than the municipality at somebody’s home (P14)', () => {
    const { places } = read('Dijon; Beaune')
    const [home] = toOfferPlaces(places, { label: 'Chez elle', street: '3 rue du Port', atHome: true })
    expect(home).toMatchObject({ label: '', street: null, precision: 'municipality', name: 'Dijon' })
    const [hall, second] = toOfferPlaces(places, { label: 'Salle', street: '3 rue du Port', atHome: false })
    expect(hall).toMatchObject({ label: 'Salle', street: '3 rue du Port', precision: 'exact' })
    expect(second).toMatchObject({ label: '', street: null, precision: 'municipality' })
  })
})
