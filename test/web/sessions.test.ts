// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, describe, expect, it } from '@jest/globals'
import { HOUR, MINUTE } from '../../server/base/clock.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { PASSWORD, type Name } from '../support/world.ts'

afterEach(stopApps)

const DAY = 24 * HOUR

async function isIn(b: Browser): Promise<boolean> {
  await b.get('/my')
  return b.url === '/my' && b.status === 200
}

async function cookieLine(world: World, name: Name): Promise<string> {
  const answer = await fetch(`${world.url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ login: `${name}@example.org`, password: PASSWORD }),
  })
  const lines = answer.headers.getSetCookie()
  expect([answer.status, lines.length]).toEqual([303, 1])
  return lines[0]!
}

const attributes = (line: string) =>
  line
    .split('; ')
    .slice(1)
    .filter((part) => !part.startsWith('Expires='))
    .sort()

describe('the cookie', () => {
  it('is kept from scripts and from other sites, and lives as long as the session may', async () => {
    const world = await startApp()
    const staff = await cookieLine(world, 'bastien')
    expect(staff).toMatch(/^mainforte-3000=[\w-]{43};/)
    expect(attributes(staff)).toEqual(['HttpOnly', `Max-Age=${24 * 3600}`, 'Path=/', 'SameSite=Lax'])
    expect(attributes(await cookieLine(world, 'chloe'))).toContain(`Max-Age=${90 * 24 * 3600}`)
  })

  it('goes over https only where the site does, under a name no other host can set', async () => {
    const world = await startApp({ env: { PUBLIC_URL: 'https://jardins.example' } })
    const line = await cookieLine(world, 'chloe')
    expect(line).toMatch(/^__Host-mainforte=[\w-]{43};/)
    expect(attributes(line)).toEqual(['HttpOnly', `Max-Age=${90 * 24 * 3600}`, 'Path=/', 'SameSite=Lax', 'Secure'])
  })

  it('is taken away on signing out, with the same attributes', async () => {
    const world = await startApp()
    const b = await world.signIn('chloe')
    const answer = await fetch(`${world.url}/sign-out`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin', cookie: b.cookie },
    })
    expect(answer.headers.getSetCookie().map((line) => [line.split(';')[0], attributes(line)])).toEqual([
      ['mainforte-3000=', ['HttpOnly', 'Path=/', 'SameSite=Lax']],
    ])
  })
})

describe('a session', () => {
  it.each([
    ['bastien', 8 * HOUR],
    ['amina', 8 * HOUR],
    ['chloe', 30 * DAY],
  ] as const)('of %s ends when it was not used for %i ms', async (name, idle) => {
    const world = await startApp()
    const b = await world.signIn(name)
    world.clock.advance(idle - MINUTE)
    expect(await isIn(b)).toBe(true)
    world.clock.advance(idle - MINUTE)
    expect(await isIn(b)).toBe(true)
    world.clock.advance(idle)
    expect(await isIn(b)).toBe(false)
  })

  it.each([
    ['bastien', 24 * HOUR, 7 * HOUR],
    ['chloe', 90 * DAY, 29 * DAY],
  ] as const)('of %s ends after %i ms, however much it is used', async (name, life, pause) => {
    const world = await startApp()
    const b = await world.signIn(name)
    let passed = 0
    for (; passed + pause < life; passed += pause) {
      world.clock.advance(pause)
      expect(await isIn(b)).toBe(true)
    }
    world.clock.advance(life - passed - MINUTE)
    expect(await isIn(b)).toBe(true)
    world.clock.advance(MINUTE)
    expect(await isIn(b)).toBe(false)
  })

  it('of the person before ends when somebody else signs in on the same device', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    const { cookie } = b
    await b.post('/sign-in', { login: 'chloe@example.org', password: PASSWORD })
    expect(b.heading).toBe('Bonjour Chloé')
    const kept = world.browser()
    kept.cookie = cookie
    expect(await isIn(kept)).toBe(false)
    const left = await world.deps.db.selectFrom('sessions').select('person_id').execute()
    expect(left).toEqual([{ person_id: world.id('chloe') }])
  })

  it('begins empty for who signs in after somebody else: their searches are not carried over', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/people')
    await b.fill('Nom, numéro ou e-mail', 'Tremblay').press('Chercher')
    const search = b.url
    expect(b.value('Nom, numéro ou e-mail')).toBe('Tremblay')
    await b.post('/sign-in', { login: 'amina@example.org', password: PASSWORD })
    await b.get(search)
    expect([b.status, b.value('Nom, numéro ou e-mail')]).toEqual([200, ''])
    const rows = await world.deps.db.selectFrom('sessions').select('content').execute()
    expect(JSON.stringify(rows)).not.toContain('Tremblay')
  })

  it('that was open when the access was closed stays ended when it is opened again', async () => {
    const world = await startApp()
    const [bastien, chloe] = [await world.signIn('bastien'), await world.signIn('chloe')]
    await bastien.post(`/work/people/${world.id('chloe')}/suspension`, {})
    await bastien.post(`/work/people/${world.id('chloe')}/return`, {})
    expect(await isIn(chloe)).toBe(false)
    const again = await world.signIn('chloe')
    expect(await isIn(again)).toBe(true)
  })
})

describe('a form without the headers of a browser', () => {
  /** Our own form from an old browser: no Sec-Fetch-Site, no Origin. */
  const send = (world: World, b: Browser, token: string) =>
    fetch(`${world.url}/my/profile`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: b.cookie },
      body: new URLSearchParams({ _csrf: token, given_name: 'Chloé', family_name: 'Tremblay', locale: 'fr' }),
    })
  const tokenOf = async (b: Browser) => {
    await b.get('/my/profile')
    return b.document.querySelector('input[name=_csrf]')!.getAttribute('value')!
  }

  it('is taken with the token of this session, and with no other', async () => {
    const world = await startApp()
    const [chloe, david] = [await world.signIn('chloe'), await world.signIn('david')]
    const [own, other] = [await tokenOf(chloe), await tokenOf(david)]
    const visitor = await world.browser().get('/sign-in')
    const nobodys = visitor.document.querySelector('input[name=_csrf]')!.getAttribute('value')!
    const swapped = (own.startsWith('A') ? 'B' : 'A') + own.slice(1)
    for (const forged of [other, nobodys, swapped, own.slice(1), `${own}A`, 'x'.repeat(own.length), 'x'.repeat(20)]) {
      expect([forged, (await send(world, chloe, forged)).status]).toEqual([forged, 403])
    }
    expect((await send(world, chloe, own)).status).toBe(303)
  })
})
