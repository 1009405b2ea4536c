// SPDX-License-Identifier: AGPL-3.0-or-later
// Somebody says that something does not work: the form on every page, what goes along, the desk, and the end.
import { afterEach, describe, expect, it } from '@jest/globals'
import { findPerson } from '../../db/queries/people.ts'
import { routes } from '../../server/routes.ts'
import { DAY } from '../../server/base/clock.ts'
import { forgetHelp } from '../../server/help/timetable.ts'
import { erasePerson } from '../../server/privacy/erase.ts'
import { maskSecrets } from '../../server/web/shown-path.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { fr } from '../support/texts.ts'
import { fullWorld } from '../support/full-world.ts'

afterEach(stopApps)

const SAID = 'Je clique sur « Répondre » et rien ne se passe.'
const all = ({ deps }: World) => deps.db.selectFrom('help_requests').selectAll().execute()
const foot = (html: string) => /href="(\/help\/ask[^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')

describe('somebody says that something does not work', () => {
  it('asks without an account, with nothing but what went wrong; administrators are told without a word of it', async () => {
    const world = await startApp()
    const b = world.browser()
    await b.get('/offers?q=Madame+Roy&place=Dijon')
    await b.follow(fr('layout.ask_help'))
    expect(b.url).toBe('/help/ask?page=%2Foffers')
    expect(b.text).toContain('la page où vous étiez: /offers')
    b.fill('Ce qui ne marche pas', SAID)
    await b.press('Envoyer')
    expect(b.text).toContain(fr('help.sent.no_contact'))
    const [asked] = await all(world)
    expect(asked).toMatchObject({ said: SAID, page: '/offers', reference: '', name: '', email: '', phone: '' })
    expect(asked).toMatchObject({ state: 'open', locale: 'fr', person_id: null, taken_by: null })
    const told = await world.mails()
    expect(told.map(({ template, to }) => [template, to])).toEqual([['help/asked', 'amina@example.org']])
    expect(JSON.stringify(told)).not.toContain('Répondre')
  })

  it('carries who is signed in, and what they typed comes back with each fault', async () => {
    const world = await startApp()
    const b = await world.signIn('chloe')
    await b.get('/my/hours')
    await b.follow(fr('layout.ask_help'))
    b.fill('Votre téléphone', '12').fill('Votre nom', 'Chloé')
    await b.press('Envoyer')
    expect(b.status).toBe(422)
    expect(Object.values(b.errors())).toEqual([fr('help.error.said'), fr('help.error.phone')])
    b.fill('Ce qui ne marche pas', SAID).fill('Votre téléphone', '03 80 12 34 57')
    await b.press('Envoyer')
    expect(b.text).toContain(fr('help.sent.contact'))
    const [asked] = await all(world)
    expect(asked).toMatchObject({ page: '/my/hours', person_id: world.id('chloe'), email: 'chloe@example.org' })
  })

  it('carries the reference of an error, which is in the log', async () => {
    const world = await startApp()
    const b = world.browser()
    await b.get('/offers/nothing')
    expect(b.status).toBe(404)
    const reference = /référence[^\da-f]*([\da-f]{12})/i.exec(b.text)![1]!
    await b.follow(fr('error.ask_help'))
    expect(b.text).toContain(reference)
    b.fill('Ce qui ne marche pas', SAID)
    await b.press('Envoyer')
    expect(await all(world)).toMatchObject([{ reference, page: '/offers/nothing' }])
  })

  it('no link to the form tells what opens something, on any page behind a mailed link', async () => {
    const { world, links } = await fullWorld()
    const b = world.browser()
    const seen: string[] = []
    for (const link of links) {
      const { pathname } = new URL(link, world.url)
      await b.get(pathname)
      const address = decodeURIComponent(foot(b.html)!)
      const secret = pathname.split('/').find((part) => part.length >= 20)!
      expect(secret).toBeDefined()
      expect([pathname, address.includes(secret)]).toEqual([pathname, false])
      expect(address).toContain('…')
      seen.push(address)
    }
    expect(seen.length).toBeGreaterThan(5)
    // A part of an address that opens something has this name, in every route.
    const names = new Set(routes.flatMap(({ path }) => path.match(/:\w+/g) ?? []))
    expect([...names].filter((name) => /token|secret|link|key/i.test(name))).toEqual([':token'])
  })

  it.each([
    ['/offers?q=Madame+Roy#bas', '/offers'],
    ['/applications/kq8h3vTt0Zy1aWcVb2nM4w', '/applications/…'],
    ['/work/people/019383f0-0000-7000-8000-000000000000', '/work/people/019383f0-0000-7000-8000-000000000000'],
    ['https://evil.example/', ''],
    ['//evil.example', ''],
    ['javascript:alert(1)', ''],
    [`/${'a/'.repeat(300)}`, `/${'a/'.repeat(300)}`.slice(0, 200)],
  ])('keeps of %s only %s', (typed, kept) => {
    expect(maskSecrets(typed)).toBe(kept)
  })

  it('a program that fills everything in and a crowd from one network reach nobody', async () => {
    const world = await startApp()
    const b = world.browser()
    await b.post('/help/ask', { said: 'Achetez', topic: 'x' })
    expect(await all(world)).toEqual([])
    for (let at = 0; at < 12; at += 1) await b.post('/help/ask', { said: `Message ${at}` })
    expect(b.status).toBe(429)
    expect(b.html).toContain('Message 11')
    expect(await all(world)).toHaveLength(9)
  })
})

describe('the desk', () => {
  /** Asked from a page, with an address. */
  async function asked() {
    const world = await startApp()
    const visitor = world.browser()
    await visitor.post('/help/ask', { said: SAID, page: '/offers', name: 'Jo Roy', email: 'jo@example.net' })
    const [{ id } = { id: '' }] = await all(world)
    const b = await world.signIn('amina')
    return { world, b, id, desk: `/operator/help/${id}` }
  }

  it('shows what waits, who takes it, and answers by mail; the answer quotes what was asked', async () => {
    const { world, b, id } = await asked()
    await b.get('/work')
    expect(b.text).toContain('1 personne dit que quelque chose ne marche pas')
    await b.get('/operator')
    await b.follow(fr('help.list.title'))
    expect(b.text).toContain('À prendre')
    await b.follow('Je clique sur')
    expect(b.text).toContain(SAID)
    await b.press('Je m’en occupe')
    expect(b.text).toContain('Prise par Amina')
    await b.get('/work')
    expect(b.text).not.toContain('dit que quelque chose')
    await b.get(`/operator/help/${id}`)
    await b.press('Envoyer')
    expect([b.status, Object.values(b.errors())]).toEqual([422, [fr('help.error.body')]])
    b.fill('Votre message', 'C’est réparé. Merci !')
    await b.press('Envoyer')
    expect(b.text).toContain(fr('help.done.answer'))
    const mail = (await world.mails()).find(({ template }) => template === 'help/answer')!
    expect(mail.to).toBe('jo@example.net')
    expect(mail.text).toContain('> C’est réparé. Merci !')
    expect(mail.text).toContain(`> ${SAID}`)
    await b.press('C’est terminé')
    expect(b.text).toContain('Terminée')
    await b.get('/operator/help')
    expect(b.text).toContain(fr('help.list.nobody'))
    await b.get('/operator/help?show=done')
    expect(b.text).toContain('Je clique sur')
    const opened = await world.deps.db.selectFrom('events').selectAll().where('type', '=', 'record.opened').execute()
    expect(opened.map(({ details }) => JSON.parse(details))).toEqual([{ what: 'help', id }])
  })

  it('of somebody without an address there is no form to write, and none is taken', async () => {
    const world = await startApp()
    await world.browser().post('/help/ask', { said: SAID, phone: '03 80 12 34 57' })
    const [row] = await all(world)
    const b = await world.signIn('amina')
    await b.get(`/operator/help/${row!.id}`)
    expect(b.html).toContain('tel:')
    expect(b.html).not.toContain('/answer"')
    await b.post(`/operator/help/${row!.id}/answer`, { body: 'Bonjour' })
    expect([b.status, b.text.includes(fr('help.error.no_mail'))]).toEqual([422, true])
  })

  it('is for administrators alone', async () => {
    const { world, desk } = await asked()
    for (const name of ['bastien', 'elise', 'farid', 'chloe'] as const) {
      const b = await world.signIn(name)
      expect([(await b.get('/operator/help')).status, (await b.get(desk)).status]).toEqual([403, 403])
    }
  })

  it('erases one at once, with its answers and mails', async () => {
    const { world, b, desk, id } = await asked()
    await b.post(`${desk}/answer`, { body: 'Bonjour' })
    await b.get(`${desk}/removal`)
    await b.press('Tout effacer')
    expect(b.text).toContain(fr('help.done.removal'))
    const { db } = world.deps
    expect(await all(world)).toEqual([])
    expect(await db.selectFrom('help_answers').selectAll().execute()).toEqual([])
    expect(await db.selectFrom('mails').select('id').where('about', '=', `help:${id}`).execute()).toEqual([])
  })

  it('is erased six months after its last news', async () => {
    const { world, desk } = await asked()
    world.clock.advance(170 * DAY)
    await forgetHelp(world.deps)
    expect(await all(world)).toHaveLength(1)
    const again = await world.signIn('amina')
    await again.post(`${desk}/state`, { state: 'done' })
    world.clock.advance(20 * DAY)
    await forgetHelp(world.deps)
    expect(await all(world)).toHaveLength(1)
    world.clock.advance(170 * DAY)
    await forgetHelp(world.deps)
    expect(await all(world)).toEqual([])
  })

  it('what a person asked is in their data and goes with them, also what they sent without signing in', async () => {
    const { world } = await asked()
    const chloe = await world.signIn('chloe')
    await chloe.post('/help/ask', { said: 'Signée' })
    await world.browser().post('/help/ask', { said: 'Sans entrer', email: 'Chloe@example.org' })
    await chloe.get('/my/data.json')
    expect([
      chloe.html.includes('Signée'),
      chloe.html.includes('Sans entrer'),
      chloe.html.includes('Répondre'),
    ]).toEqual([true, true, false])
    const person = (await findPerson(world.deps.db, world.id('chloe')))!
    await erasePerson(world.deps, person, null)
    expect((await all(world)).map(({ said }) => said)).toEqual([SAID])
  })
})
