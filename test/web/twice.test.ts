// SPDX-License-Identifier: AGPL-3.0-or-later
// public 24: every form that creates something, pressed twice. The same again is the same thing; anything else under
// the same key is another one, so that a page only ever reports what was stored.
import { afterEach, describe, expect, it } from '@jest/globals'
import { routes } from '../../server/routes.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { publishOffer } from '../support/offer-form.ts'
import { count } from '../support/many-rows.ts'

afterEach(stopApps)

type Creating = {
  who: 'amina' | 'bastien' | 'chloe' | 'elise'
  table: string
  fields: (world: World) => Promise<Record<string, string>> | Record<string, string>
  /** The field that is another one in another form. */
  other: Record<string, string>
}
const category = async ({ deps }: World) =>
  (await deps.db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()).id

const CREATING: Record<string, Creating> = {
  '/work/hours/categories': {
    who: 'elise',
    table: 'hours_categories',
    fields: () => ({ label_fr: 'Jardin', valued: 'on' }),
    other: { label_fr: 'Cuisine' },
  },
  '/work/hours/projects': {
    who: 'elise',
    table: 'hours_projects',
    fields: () => ({ name: 'Fête des voisins' }),
    other: { name: 'Jardin partagé' },
  },
  '/work/teams': {
    who: 'bastien',
    table: 'teams',
    fields: () => ({ name: 'Maraude' }),
    other: { name: 'Maraude du jeudi' },
  },
  '/settings/roles/new': {
    who: 'amina',
    table: 'roles',
    fields: () => ({ name: 'Accueil', rights: 'see_people' }),
    other: { name: 'Accueil du samedi' },
  },
  '/work/hours/rates': {
    who: 'elise',
    table: 'hours_rates',
    fields: () => ({ category: '', amount: '12,02', valid_from: '2026-12-01', source: 'SMIC' }),
    other: { valid_from: '2027-01-01' },
  },
  '/work/offers/new': {
    who: 'bastien',
    table: 'offers',
    fields: () => ({ title_fr: 'Servir la soupe' }),
    other: { title_fr: 'Porter la soupe' },
  },
  '/work/people/new': {
    who: 'bastien',
    table: 'people',
    fields: () => ({ given_name: 'Jo', family_name: 'Roy', email: '', phone: '', locale: 'fr' }),
    other: { given_name: 'Jeanne' },
  },
  '/work/applications/new': {
    who: 'bastien',
    table: 'applications',
    fields: async (world) => ({
      offer: await publishOffer(await world.signIn('bastien')),
      given_name: 'Jo',
      family_name: 'Roy',
      accept: 'on',
    }),
    other: { given_name: 'Jeanne' },
  },
  '/my/data/request': {
    who: 'chloe',
    table: 'privacy_requests',
    fields: () => ({ kind: 'correction', said: 'Mon numéro' }),
    other: { said: 'Ma date' },
  },
  '/operator/privacy/incidents/new': {
    who: 'amina',
    table: 'privacy_incidents',
    fields: () => ({
      happened_on: '2026-11-01',
      known_on: '2026-11-02',
      what: 'Liste perdue',
      data: 'Noms',
      is_serious: 'no',
      seriousness: 'Retrouvée',
    }),
    other: { what: 'Ordinateur perdu' },
  },
  '/enquiries/new': {
    who: 'chloe',
    table: 'enquiries',
    fields: () => ({ given_name: 'Jo', family_name: 'Roy', phone: '03 80 12 34 57', wishes: 'Lire' }),
    other: { given_name: 'Jeanne' },
  },
  '/help/ask': {
    who: 'chloe',
    table: 'help_requests',
    fields: () => ({ said: 'Le bouton ne fait rien', name: 'Chloé' }),
    other: { said: 'La page est vide' },
  },
  '/my/hours': {
    who: 'chloe',
    table: 'hours_entries',
    fields: async (world) => ({ category: await category(world), day: '2026-11-20', duration: '2h' }),
    other: { duration: '3h' },
  },
  '/my/trips': {
    who: 'chloe',
    table: 'trips',
    fields: async () => ({ day: '2026-11-20', km: '12', way: 'Dijon–Beaune', choice: 'waive' }),
    other: { km: '13' },
  },
  '/work/hours/new': {
    who: 'bastien',
    table: 'hours_entries',
    fields: async (world) => ({
      category: await category(world),
      day: '2026-11-20',
      duration: '2h',
      person: world.id('chloe'),
    }),
    other: { duration: '3h' },
  },
  '/work/hours/sheet': {
    who: 'bastien',
    table: 'hours_entries',
    fields: async (world) => ({
      category: await category(world),
      day: '2026-11-20',
      duration: '2h',
      people: world.id('chloe'),
    }),
    other: { duration: '3h' },
  },
}

/** POSTs that create, and are held to one by what they create. */
const HELD = {
  '/offers/:offer/apply': 'one living application for an offer and a mailbox',
  '/offers/:offer/report': 'in test/web/reports.test.ts',
  '/partners/templates/new': 'in test/federation/centre-templates.test.ts',
  '/setup/:token': 'the link is used up',
  '/work/offers/:offer/sheet': 'an offer has one',
  '/partners': 'one relation with a centre',
  '/partners/sources': 'one relation with a site',
  '/settings/logo': 'one logo',
  '/work/offers/:offer/copy': 'below',
  '/work/people/:person/request': 'the same command as /my/data/request',
  '/work/hours/:entry/reversal': 'a line is reversed once',
  '/work/hours/unnamed/:line/reversal': 'a line is reversed once',
  '/work/trips/:trip/reversal': 'a line is reversed once',
  '/work/trips/rates': 'one rate of a day',
}

describe('public 24, kind « a success page is only shown for what was stored »', () => {
  it('every form that begins something is looked at here', () => {
    const named = [...Object.keys(CREATING), ...Object.keys(HELD)]
    const paths = routes.filter(({ method }) => method === 'post').map(({ path }) => path)
    expect(named.filter((path) => !paths.includes(path))).toEqual([])
    const beginning = paths.filter((path) =>
      /\/(?:new|sheet|rates|categories|hours|copy|apply|sources|reversal|request|ask|report)$/.test(path),
    )
    expect(beginning.filter((path) => !named.includes(path))).toEqual([])
  })

  it.each(Object.entries(CREATING))('POST %s', async (path, { who, table, fields, other }) => {
    const world = await startApp()
    const b = await world.signIn(who)
    const before = await count(world.deps.db, table)
    const form = { ...(await fields(world)), form_id: 'a-key-of-the-page' }
    const second = world.browser()
    second.cookie = b.cookie
    await Promise.all([b.post(path, form), second.post(path, form)])
    expect([b.status, second.status]).toEqual([200, 200])
    expect(second.url).toBe(b.url)
    expect(await count(world.deps.db, table)).toBe(before + 1)
    // Sent again an hour later by Back: still the same.
    world.clock.advance(3_600_000)
    await b.post(path, form)
    expect([b.status, await count(world.deps.db, table)]).toEqual([200, before + 1])
    // Other content under the same key is another thing.
    await b.post(path, { ...form, ...other })
    expect([b.status, await count(world.deps.db, table)]).toEqual([200, before + 2])
  })

  it.each(Object.entries(CREATING))('POST %s at once without a key is one thing too', async (path, one) => {
    if (path.endsWith('/hours') || /^\/work\/hours\/(new|sheet)$/.test(path)) return
    const world = await startApp()
    const b = await world.signIn(one.who)
    const before = await count(world.deps.db, one.table)
    const form = await one.fields(world)
    await b.post(path, form)
    await b.post(path, form)
    expect([b.status, await count(world.deps.db, one.table)]).toEqual([200, before + 1])
  })

  it.each([
    ['/work/offers/new', 'bastien'],
    ['/work/people/new', 'bastien'],
    ['/my/hours', 'chloe'],
    ['/work/hours/sheet', 'bastien'],
    ['/work/hours/settings', 'elise'],
  ] as const)('the form of %s carries a key', async (path, who) => {
    const world = await startApp()
    const b = await world.signIn(who)
    const key = async () => /name="form_id" value="([\w-]{36})"/.exec((await b.get(path)).html)?.[1]
    const first = await key()
    expect(first).toBeDefined()
    expect(await key()).not.toBe(first)
  })

  it('the key of one person is nothing to another', async () => {
    const world = await startApp()
    const form = { title_fr: 'Servir la soupe', form_id: 'a-key' }
    await (await world.signIn('bastien')).post('/work/offers/new', form)
    await (await world.signIn('amina')).post('/work/offers/new', form)
    expect(await count(world.deps.db, 'offers')).toBe(2)
  })

  it('a copy is made once', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.post('/work/offers/new', { title_fr: 'Servir la soupe' })
    const copy = `${b.url}/copy`
    await b.get(copy.replace('/copy', ''))
    expect(b.html).toMatch(/name="form_id" value="[\w-]{36}"/)
    await b.post(copy, { form_id: 'a-key' })
    await b.post(copy, { form_id: 'a-key' })
    expect(await count(world.deps.db, 'offers')).toBe(2)
  })
})
