// SPDX-License-Identifier: AGPL-3.0-or-later
// Who may change the address of an account, and how it comes back.
import { afterEach, describe, expect, it } from '@jest/globals'
import { findPerson, updatePerson } from '../../db/queries/people.ts'
import { DAY } from '../../server/base/clock.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { PASSWORD } from '../support/world.ts'

afterEach(stopApps)

const ask = (b: Browser, email: string, password = PASSWORD) => b.post('/my/profile/email', { email, password })
const addressOf = async (world: World) => (await findPerson(world.deps.db, world.id('chloe')))!.email
const isIn = async (b: Browser) => (await b.get('/my')).url === '/my'

/** Chloé signs in by mailed links. */
async function withoutPassword(world: World): Promise<Browser> {
  const b = await world.signIn('chloe')
  await updatePerson(world.deps.db, world.id('chloe'), { password_hash: null, password_set_at: null })
  return b
}

/** Somebody who knows the password changes the address and then the password. @returns the link mailed to the owner. */
async function stolen(world: World): Promise<{ thief: Browser; undo: string }> {
  const thief = await world.signIn('chloe')
  await ask(thief, 'voleur@example.net')
  await (await thief.get(await world.linkFor('voleur@example.net'))).press('Confirmer')
  expect(await addressOf(world)).toBe('voleur@example.net')
  const undo = await world.linkFor('chloe@example.org')
  await world.browser().post('/password/forgot', { login: '1003' })
  await thief.post(await world.linkFor('voleur@example.net'), { password: 'le mot du voleur 77' })
  expect(await isIn(thief)).toBe(true)
  return { thief, undo }
}

describe('web H1: a change of address', () => {
  it('says whose account it is before it is confirmed', async () => {
    const world = await startApp()
    await ask(await world.signIn('chloe'), 'zoe@example.net')
    const b = await world.browser().get(await world.linkFor('zoe@example.net'))
    expect(b.text).toContain('Compte de Chloé Tremblay, membre n° 1003.')
  })

  it('is undone by the old mailbox, whatever was done since: the other is out, with the password they chose', async () => {
    const world = await startApp()
    const { thief, undo } = await stolen(world)
    expect(undo).toMatch(/^\/email\/undo\//)
    const owner = await world.browser().get(undo)
    expect(owner.heading).toBe('Remettre votre adresse d’avant ?')
    await owner.press('Remettre mon adresse')
    expect([await addressOf(world), await isIn(thief)]).toEqual(['chloe@example.org', false])
    expect(owner.url).toMatch(/^\/password\//)
    const again = await world.browser().post('/sign-in', { login: '1003', password: 'le mot du voleur 77' })
    expect(again.status).toBe(422)
    await owner.fill('Votre nouveau mot de passe', 'radis violette caravane').press('Enregistrer')
    expect(await isIn(owner)).toBe(true)
    expect((await world.browser().get(undo)).status).toBe(410)
  })

  it('is not undone twice over: the mailbox in between gets nothing back', async () => {
    const world = await startApp()
    const { thief, undo } = await stolen(world)
    await ask(thief, 'autre@example.net', 'le mot du voleur 77')
    await (await thief.get(await world.linkFor('autre@example.net'))).press('Confirmer')
    const second = await world.linkFor('voleur@example.net')
    await (await world.browser().get(undo)).press('Remettre mon adresse')
    expect((await world.browser().get(second)).status).toBe(410)
    expect((await world.browser().post(second, {})).status).toBe(410)
    expect(await addressOf(world)).toBe('chloe@example.org')
  })

  it('takes a second factor away with it that was put there since, and is not undone after seven days', async () => {
    const world = await startApp()
    const { undo } = await stolen(world)
    const totp = { totp_secret: 'x', totp_confirmed_at: world.clock.iso() }
    await updatePerson(world.deps.db, world.id('chloe'), totp)
    world.clock.advance(7 * DAY - 1)
    expect((await world.browser().get(undo)).status).toBe(200)
    await world.browser().post(undo, {})
    expect((await findPerson(world.deps.db, world.id('chloe')))?.totp_confirmed_at).toBeNull()
    const other = await startApp()
    const late = await stolen(other)
    other.clock.advance(7 * DAY)
    expect((await other.browser().get(late.undo)).status).toBe(410)
  })
})

describe('web M1: who has no password', () => {
  it('is asked at the present mailbox first, and the new one hears nothing before', async () => {
    const world = await startApp()
    const b = await withoutPassword(world)
    await ask(b, 'zoe@example.net', '')
    expect(b.text).toContain('Un message part vers votre adresse actuelle, chloe@example.org')
    expect((await world.mails()).map(({ to }) => to)).toEqual(['chloe@example.org'])
    const present = await world.linkFor('chloe@example.org')
    const owner = await world.browser().get(present)
    expect([owner.heading, owner.text]).toEqual(['Quitter cette adresse ?', expect.stringContaining('zoe@example.net')])
    await owner.press('Oui, changer d’adresse')
    expect(await addressOf(world)).toBe('chloe@example.org')
    await (await world.browser().get(await world.linkFor('zoe@example.net'))).press('Confirmer')
    expect(await addressOf(world)).toBe('zoe@example.net')
    expect((await world.browser().get(present)).status).toBe(410)
  })
})

describe('web M2: mails to unknown people', () => {
  it('are five a day for one person, whatever the addresses, and counted for the network too', async () => {
    const world = await startApp()
    const b = await world.signIn('chloe')
    const answers: number[] = []
    for (let n = 0; n < 7; n++) answers.push((await ask(b, `inconnu${n}@example.net`)).status)
    expect(answers).toEqual([200, 200, 200, 200, 200, 429, 429])
    for (const name of ['david', 'bastien', 'amina', 'elise'] as const) {
      const other = await world.signIn(name)
      for (let n = 0; n < 5; n++) answers.push((await ask(other, `${name}${n}@example.net`)).status)
    }
    expect((await world.mails()).length).toBeLessThanOrEqual(20)
    expect(answers.at(-1)).toBe(429)
    world.clock.advance(DAY)
    expect((await ask(await world.signIn('chloe'), 'inconnu9@example.net')).status).toBe(200)
  })

  it('carry nothing that the sender wrote', async () => {
    const world = await startApp()
    await updatePerson(world.deps.db, world.id('chloe'), { given_name: 'Gagnez 500 EUR', family_name: 'evil.example' })
    await ask(await world.signIn('chloe'), 'inconnu@example.net')
    const [mail] = await world.mails()
    const row = await world.deps.db.selectFrom('mails').select('to_name').executeTakeFirst()
    expect([mail?.to, row?.to_name]).toEqual(['inconnu@example.net', ''])
    expect(`${mail!.subject} ${mail!.text} ${mail!.html}`).not.toMatch(/Gagnez|evil/)
  })
})
