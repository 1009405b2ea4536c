// SPDX-License-Identifier: AGPL-3.0-or-later
// « Missing »: people with one name, in every form, list, greeting and file.
import { afterEach, describe, expect, it } from '@jest/globals'
import { startApp, stopApps, type World } from '../support/app.ts'
import { publishOffer } from '../support/offer-form.ts'

afterEach(stopApps)

const BOX = 'input[type=checkbox][name=one_name]'
type NameForm = {
  who: 'bastien' | 'chloe' | 'nobody'
  path: (world: World) => Promise<string>
  fields: Record<string, string>
  table: 'people' | 'applications'
}
const offerPath = async (world: World) => publishOffer(await world.signIn('bastien'))

/** Every form in which a name is typed. */
const FORMS: Record<string, NameForm> = {
  'of an application': {
    who: 'nobody',
    path: async (world) => `/offers/${await offerPath(world)}/apply`,
    fields: { email: 'suharto@example.net' },
    table: 'applications',
  },
  'of one’s own card': {
    who: 'chloe',
    path: async () => '/my/profile',
    fields: { phone: '', locale: 'fr' },
    table: 'people',
  },
  'of an invitation': {
    who: 'bastien',
    path: async () => '/work/people/new',
    fields: { email: 'suharto@example.net', phone: '', locale: 'fr' },
    table: 'people',
  },
}

describe.each(Object.entries(FORMS))('people with one name: the form %s', (_name, { who, path, fields, table }) => {
  it.each(['given_name', 'family_name'] as const)('asks once, and takes the %s alone', async (name) => {
    const world = await startApp()
    const b = who === 'nobody' ? world.browser() : await world.signIn(who)
    const action = await path(world)
    const typed = { given_name: '', family_name: '', [name]: 'Suharto', ...fields }
    await b.get(action)
    expect(b.document.querySelector(BOX)?.hasAttribute('checked') ?? false).toBe(false)
    await b.post(action, typed)
    expect([b.status, b.document.querySelector(BOX) !== null]).toEqual([422, true])
    await b.post(action, { ...typed, one_name: 'on' })
    expect(b.status).toBe(200)
    const rows = await world.deps.db
      .selectFrom(table)
      .select(['given_name', 'family_name'])
      .where('given_name', '=', 'Suharto')
      .execute()
    expect(rows).toEqual([{ given_name: 'Suharto', family_name: '' }])
  })

  it('still wants a name, and both of whoever did not say that there is one', async () => {
    const world = await startApp()
    const b = who === 'nobody' ? world.browser() : await world.signIn(who)
    const action = await path(world)
    for (const typed of [
      { one_name: 'on' },
      { given_name: 'Suharto' },
      { family_name: 'Suharto' },
      { given_name: ' ', family_name: ' ', one_name: 'on' },
    ]) {
      await b.post(action, { ...fields, ...typed })
      expect([typed, b.status]).toEqual([typed, 422])
    }
  })
})

it('people with one name: a noted application, the first set-up and a correction take it too', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  const offer = await publishOffer(b)
  const one = { given_name: 'Suharto', family_name: '', one_name: 'on', phone: '', email: '', locale: 'fr' }
  await b.post('/work/applications/new', { ...one, offer, accept: 'on' })
  expect(b.status).toBe(200)
  const person = await world.deps.db
    .selectFrom('people')
    .select('id')
    .where('given_name', '=', 'Suharto')
    .executeTakeFirstOrThrow()
  await b.get(`/work/people/${person.id}`)
  expect(b.document.querySelector(BOX)!.hasAttribute('checked')).toBe(true)
  await b.post(`/work/people/${person.id}/contact`, { ...one, given_name: '', family_name: 'Sukarno' })
  expect([b.status, b.heading]).toEqual([200, expect.stringContaining('Sukarno')])
})

it('people with one name: lists, order, search, files, greetings and mails have it', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  await b.post('/work/people/new', {
    given_name: 'Nadia',
    family_name: '',
    one_name: 'on',
    email: 'nadia@example.net',
    phone: '',
    locale: 'fr',
  })
  const path = b.url
  const mail = (await world.mails()).at(-1)!
  expect(mail.text).toContain('Bonjour Nadia')
  await b.get('/work/people')
  const names = [...b.document.querySelectorAll('tbody th a')].map((one) => one.textContent)
  expect(names.slice(-4)).toEqual(['Bastien Moreau', 'Nadia', 'David Roy', 'Chloé Tremblay'])
  await b.get('/work/people')
  await b.fill('Nom, numéro ou e-mail', 'nad').press('Chercher')
  expect(b.hasLink('Nadia')).toBe(true)
  expect((await b.get('/work/people.csv')).html).toMatch(/\r?\n1007;;Nadia;/)
  await b.get(path)
  expect(b.heading).toMatch(/^Nadia /)
  await b.get('/work/hours/sheet')
  expect(b.text).toContain('Nadia (1007)')
  await b.get('/work/hours/new')
  expect(b.hasLink('Nadia (1007)')).toBe(true)
})
