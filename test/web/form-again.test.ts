// SPDX-License-Identifier: AGPL-3.0-or-later
// Nothing typed is lost: every form whose session ends, that cannot be stored, or whose language is changed comes back.
import { afterAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { forgetOldSessions } from '../../server/accounts/tokens.ts'
import { stopApps } from '../support/app.ts'
import {
  fieldsOf,
  fill,
  formsFor,
  isEnd,
  lost,
  shapeOf,
  CHOICE,
  type Field,
  type FoundForm,
} from '../support/found-forms.ts'
import { fullWorld } from '../support/full-world.ts'
import { PASSWORD, type Name } from '../support/world.ts'

afterAll(stopApps)

const TYPED: Record<string, string> = { date: '2026-12-24', number: '7', email: 'lise@example.net', time: '09:30' }

/** An answer for each field that a browser would let people give. */
function answerTo({ kind, values, name }: Field): string[] {
  if (kind === 'password') return ['never kept']
  if (kind === 'checkbox') return values
  if (CHOICE.has(kind)) return values.slice(-1)
  return [TYPED[kind] ?? `À relire : <b>"${name}"</b> &amp; 'deux'`]
}

const isPrivate = (path: string) => /^\/(my|work|settings|partners|moderation|operator)\b/.test(path)
const isTyped = ({ fields }: FoundForm) => fields.some(({ kind }) => kind !== 'password')
const PEOPLE: Name[] = ['chloe', 'bastien', 'elise', 'farid', 'amina']

/** One world for each person, in which nothing is ever stored: every form is sent in a way that is not taken. */
const worlds = new Map<Name | 'nobody', ReturnType<typeof findForms>>()
function formsOf(name: Name | 'nobody') {
  const known = worlds.get(name) ?? findForms(name)
  worlds.set(name, known)
  return known
}

async function findForms(name: Name | 'nobody') {
  const { world, links, pages } = await fullWorld()
  const b = name === 'nobody' ? world.browser() : await world.signIn(name)
  const known = name === 'nobody' ? links : ['bastien', 'farid', 'amina'].includes(name) ? pages : []
  const all = await formsFor(b, known)
  const forms = all.filter(isTyped)
  return { world, b, forms: forms.sort((one, other) => Number(isEnd(one)) - Number(isEnd(other))) }
}

describe('a form that is sent after the session ended', () => {
  it.each(PEOPLE)('comes back to %s after the sign-in (pages F1, public 5)', async (name) => {
    const { b, forms } = await formsOf(name)
    const found: string[] = []
    for (const form of forms.filter(({ action }) => isPrivate(action))) {
      const report = (text: string) => found.push(`${shapeOf(form.action)}: ${text}`)
      const sent = fill(form, answerTo)
      b.cookie = ''
      await b.post(form.action, fieldsOf(sent))
      if (b.status !== 401 || !b.text.includes('Rien n’est perdu')) report(`answered ${b.status} « ${b.heading} »`)
      if (b.html.includes('never kept')) report('a password is in the page')
      b.fill('Votre e-mail ou votre numéro de membre', `${name}@example.org`).fill('Votre mot de passe', PASSWORD)
      await b.press('Me connecter')
      if (b.url !== form.page) report(`after the sign-in ${b.url} in place of ${form.page}`)
      if (!b.text.includes('Votre session était finie')) report('no sentence says so')
      for (const field of form.fields) for (const text of lost(b, form, field, sent)) report(text)
    }
    expect(forms.length).toBeGreaterThan(2)
    expect(found).toEqual([])
  })

  it('comes back to nobody else, and not after an hour', async () => {
    const { world, b } = await findForms('bastien')
    const write = async () => {
      await b.get('/work/offers/new')
      b.fill('Titre', 'Servir le thé')
      b.cookie = ''
      await b.press('Enregistrer et me relire')
      expect(b.text).toContain('Rien n’est perdu')
    }
    await write()
    b.fill('Votre e-mail ou votre numéro de membre', 'amina@example.org').fill('Votre mot de passe', PASSWORD)
    await b.press('Me connecter')
    expect([b.url, b.html.includes('Servir le thé')]).toEqual(['/work/offers/new', false])
    const kept = () =>
      world.deps.db.selectFrom('sessions').select('content').where('content', 'like', '%"form"%').execute()
    b.cookie = (await world.signIn('bastien')).cookie
    await write()
    b.fill('Votre e-mail ou votre numéro de membre', 'bastien@example.org').fill('Votre mot de passe', PASSWORD)
    await b.press('Me connecter')
    expect([b.html.includes('Servir le thé'), (await kept()).length]).toEqual([true, 1])
    world.clock.advance(61 * 60_000)
    await forgetOldSessions(world.deps)
    expect(await kept()).toEqual([])
    b.cookie = (await world.signIn('bastien')).cookie
    await write()
    world.clock.advance(61 * 60_000)
    b.fill('Votre e-mail ou votre numéro de membre', 'bastien@example.org').fill('Votre mot de passe', PASSWORD)
    await b.press('Me connecter')
    expect([b.url, b.html.includes('Servir le thé')]).toEqual(['/work/offers/new', false])
  })

  it('leaves nothing in the database, and is not shown when another site sent it', async () => {
    const { world, b } = await findForms('bastien')
    b.cookie = ''
    const count = () => sql`SELECT count(*) n FROM sessions`.execute(world.deps.db).then(({ rows }) => rows)
    const before = await count()
    await b.post('/work/offers/new', { title_fr: 'Un texte' })
    expect(b.status).toBe(401)
    expect(await count()).toEqual(before)
    await b.post('/work/offers/new', { title_fr: 'Un texte' }, { 'sec-fetch-site': 'cross-site' })
    expect([b.url, b.html.includes('Un texte'), b.html.includes('sealed_form')]).toEqual([
      '/sign-in?next=%2Fwork%2Foffers%2Fnew',
      false,
      false,
    ])
  })
})

describe('a form that cannot be stored', () => {
  it.each([...PEOPLE, 'nobody' as const])('comes back filled in to %s', async (name) => {
    const { world, b, forms } = await formsOf(name)
    const found: string[] = []
    const statuses = new Set<number>()
    await sql`PRAGMA query_only = 1`.execute(world.deps.db)
    for (const form of forms) {
      const report = (text: string) => found.push(`${shapeOf(form.action)}: ${text}`)
      const sent = fill(form, answerTo)
      await b.post(form.action, fieldsOf(sent))
      statuses.add(b.status)
      // What comes back with faults is tried with every input in hostile-forms.
      if (b.status < 400 || b.status === 422) continue
      if (![409, 503].includes(b.status)) report(`answered ${b.status} « ${b.heading} »`)
      if (b.status === 503 && !b.text.includes('Ce que vous avez écrit est encore là.')) report('no sentence says so')
      for (const field of form.fields) for (const text of lost(b, form, field, sent)) report(text)
    }
    await sql`PRAGMA query_only = 0`.execute(world.deps.db)
    expect(found).toEqual([])
    expect([...statuses]).toContain(503)
  })
})

describe('a form that is over a limit', () => {
  it('comes back with the time to wait, without the password (public 8)', async () => {
    const { world } = await fullWorld()
    const b = world.browser()
    await b.get('/sign-in')
    for (let n = 0; n < 11; n++) {
      b.fill('Votre e-mail ou votre numéro de membre', 'lise@example.net').fill('Votre mot de passe', `faux ${n}`)
      await b.press('Me connecter')
    }
    expect([b.status, b.headers.get('retry-after')]).toEqual([429, '900'])
    expect(b.text).toContain('Attendez environ 15 min, puis recommencez. Ce que vous avez écrit est encore là.')
    expect(b.value('Votre e-mail ou votre numéro de membre')).toBe('lise@example.net')
    expect(b.html).not.toContain('faux 10')
  })
})

it('a password of several words is never among what was written', async () => {
  const { world } = await fullWorld()
  const b = await world.signIn('chloe')
  // Whoever is signed in has no sign-in page that could be filled in.
  for (let n = 0; n < 11; n++)
    await b.post('/sign-in', {
      login: 'lise@example.net',
      password: 'quatre mots bien gardés',
      note: 'un mot à garder',
    })
  expect([b.status, b.text.includes('un mot à garder')]).toEqual([429, true])
  expect(b.html).not.toContain('quatre mots')
})

describe('a form that is open while the language changes', () => {
  it.each([...PEOPLE, 'nobody' as const])('comes back filled in to %s (public 29)', async (name) => {
    const { b, forms } = await formsOf(name)
    const found: string[] = []
    for (const form of forms.filter(({ isSearch }) => !isSearch)) {
      const report = (text: string) => found.push(`${shapeOf(form.page)} ${shapeOf(form.action)}: ${text}`)
      await b.get(form.page)
      const button = b.document.querySelector('button[formaction^="/language"]')
      if (!button) {
        report('the language buttons belong to no form')
        continue
      }
      const isMain = b.document.getElementById('main-form')?.getAttribute('action') === form.action
      if (!isMain) continue
      const sent = fill(form, answerTo)
      await b.post(button.getAttribute('formaction')!, fieldsOf(sent))
      if (b.status !== 200) report(`answered ${b.status}`)
      for (const field of form.fields) for (const text of lost(b, form, field, sent)) report(text)
      if (b.document.documentElement.lang !== 'en') report('the page is not in English')
      await b.post('/language', { locale: 'fr', next: '/' })
    }
    expect(found).toEqual([])
  })
})
