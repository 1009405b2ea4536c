// SPDX-License-Identifier: AGPL-3.0-or-later
// Counts and limits of signing in, and what the first start makes public.
import { afterEach, expect, it } from '@jest/globals'
import { findAssociation } from '../../db/queries/association.ts'
import { makeSetUpLink } from '../../server/accounts/first-start.ts'
import { MINUTE } from '../../server/base/clock.ts'
import { addresseeOf } from '../../server/offers/contact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { PASSWORD } from '../support/world.ts'

afterEach(stopApps)

const isIn = async (b: Browser) => (await b.get('/my')).url === '/my'
const SET_UP = {
  handle: 'collines',
  kind: 'association',
  name: 'Les Amis du Lac',
  country: 'FR',
  place: 'Dijon',
  locale: 'fr',
  given_name: 'Odile',
  family_name: 'Fictive',
  email: 'odile@example.net',
  password: 'radis violette caravane',
}

async function publicPagesOf(world: World): Promise<string> {
  const pages = ['/', '/about', '/legal', '/privacy', '/accessibility', '/.well-known/security.txt', '/actor']
  const read = async (path: string) => (await fetch(world.url + path)).text()
  return (await Promise.all(pages.map(read))).join('\n')
}

it('web L12: the first start publishes the administrator only when asked to', async () => {
  for (const publish of [false, true]) {
    const world = await startApp({ empty: true })
    const link = (await makeSetUpLink(world.deps))!.replace(world.deps.config.publicUrl, '')
    const b = await world.browser().get(link)
    expect(b.document.querySelector('input[name=publish]')?.hasAttribute('checked')).toBe(false)
    await b.post(link, { ...SET_UP, ...(publish && { publish: 'on' }) })
    expect(b.url).toBe('/work')
    const text = await publicPagesOf(world)
    expect([/odile@example\.net/.test(text), /Odile|Fictive/.test(text)]).toEqual([publish, publish])
    expect((await findAssociation(world.deps.db))?.contact_email).toBe(publish ? 'odile@example.net' : '')
    // Somebody still hears of what happens.
    expect((await addresseeOf(world.deps.db, { id: '', contact_id: null })).email).toBe('odile@example.net')
  }
})

it('web L13: a session of before a new role shows nothing more, also from coordinator to administrator', async () => {
  const world = await startApp({ kind: 'both' })
  const [bastien, elise, amina] = [
    await world.signIn('bastien'),
    await world.signIn('elise'),
    await world.signIn('amina'),
  ]
  await amina.post(`/work/people/${world.id('bastien')}/roles`, { roles: ['coordinator', 'administrator'] })
  await amina.post(`/work/people/${world.id('elise')}/roles`, { roles: ['treasurer', 'moderator'] })
  expect([await isIn(bastien), await isIn(elise)]).toEqual([false, false])
  const before = amina.cookie
  await amina.post(`/work/people/${world.id('amina')}/roles`, { roles: ['administrator', 'treasurer'] })
  expect([await isIn(amina), amina.cookie === before]).toEqual([true, false])
  expect(await isIn(Object.assign(world.browser(), { cookie: before }))).toBe(false)
})

it('web L13: an account has one count of wrong passwords, however it is named', async () => {
  const world = await startApp()
  const names = ['1003', 'chloe@example.org', 'n° 1003', 'CHLOE@example.org', '#1003', 'Chloe@Example.org']
  const answers: number[] = []
  for (let n = 0; n < 11; n++) {
    const b = world.browser()
    await b.post('/sign-in', { login: names[n % names.length]!, password: 'pas le bon mot' })
    answers.push(b.status)
  }
  expect(answers).toEqual([...Array(10).fill(422), 429])
})

it('web L14: a person has twenty sessions at most; those used last stay', async () => {
  const world = await startApp()
  const opened: Browser[] = []
  for (let n = 0; n < 23; n++) {
    const b = world.browser()
    await b.post('/sign-in', { login: '1003', password: PASSWORD })
    opened.push(b)
    world.clock.advance(MINUTE)
  }
  const david = await world.signIn('david')
  const rows = await world.deps.db.selectFrom('sessions').select('person_id').execute()
  expect(rows.filter(({ person_id }) => person_id === world.id('chloe'))).toHaveLength(20)
  const alive: boolean[] = []
  for (const b of [...opened, david]) alive.push(await isIn(b))
  expect(alive).toEqual([false, false, false, ...Array(21).fill(true)])
})

it('web L15: whoever signs in by link has one that lives in the mailbox, whatever others ask for', async () => {
  const world = await startApp()
  const links: string[] = []
  for (let minute = 0; minute < 100; minute++) {
    await world.browser().post('/sign-in/link', { login: 'chloe@example.org' })
    const text = (await world.mails()).map((mail) => mail.text).join('\n')
    const known = [...text.matchAll(/\/sign-in\/link\/[\w-]{43}/g)].map(([link]) => link)
    links.push(...known.filter((link) => !links.includes(link)))
    const newest = (await world.browser().get(links.at(-1)!)).status
    expect([minute, newest]).toEqual([minute, 200])
    world.clock.advance(MINUTE)
  }
  expect(links.length).toBeLessThanOrEqual(20)
  expect((await world.browser().get('/sign-in/sent')).text).toContain('le dernier message reçu marche encore')
})
