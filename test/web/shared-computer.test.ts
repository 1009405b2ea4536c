// SPDX-License-Identifier: AGPL-3.0-or-later
// A computer that others use too: a short session that ends with the browser, and another way in when a page is closed.
import { afterEach, expect, it } from '@jest/globals'
import { HOUR, MINUTE } from '../../server/base/clock.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { PASSWORD } from '../support/world.ts'

afterEach(stopApps)

const fields = (name: string) => ({ login: `${name}@example.org`, password: PASSWORD })

/** The Set-Cookie lines of a sign-in. */
async function cookieOf(world: World, more: Record<string, string>): Promise<string> {
  const form = await world.browser().get('/sign-in')
  const _csrf = form.document.querySelector('input[name="_csrf"]')?.getAttribute('value') ?? ''
  const body = new URLSearchParams({ ...fields('chloe'), ...more, _csrf })
  const headers = { cookie: form.cookie, 'sec-fetch-site': 'same-origin' }
  const answer = await fetch(`${world.url}/sign-in`, { method: 'POST', body, headers, redirect: 'manual' })
  expect(answer.status).toBe(303)
  return answer.headers.getSetCookie().join('\n')
}

it('a sign-in on a shared computer ends with the browser and after 30 minutes without use, and says so', async () => {
  const world = await startApp()
  const b = world.browser()
  await b.get('/sign-in')
  await b.choose('Ordinateur partagé').fill('Votre e-mail ou votre numéro de membre', 'chloe@example.org')
  await b.fill('Votre mot de passe', PASSWORD).press('Me connecter')
  expect(b.url).toBe('/my')
  expect(b.text).toContain('votre session finit après 30 minutes sans rien faire')
  expect(b.text).toContain('Votre session finit à 10:30.')
  for (let n = 0; n < 4; n++) {
    world.clock.advance(29 * MINUTE)
    await b.get('/my')
    expect(b.url).toBe('/my')
    await world.settle()
  }
  world.clock.advance(30 * MINUTE)
  await b.get('/my')
  expect(b.url).toContain('/sign-in')
})

it('its cookie has no date, and on one’s own computer it has one', async () => {
  const world = await startApp()
  expect(await cookieOf(world, { shared: 'on' })).not.toMatch(/max-age|expires/i)
  expect(await cookieOf(world, {})).toMatch(/max-age/i)
})

it('holds eight hours at most, also through a choice of person, and for a mailed link', async () => {
  const world = await startApp()
  const b = world.browser()
  await b.get('/sign-in')
  await b.choose('Ordinateur partagé').fill('Votre e-mail ou votre numéro de membre', 'chloe@example.org')
  await b.press('Recevoir un lien')
  await b.get(await world.linkFor('chloe@example.org'))
  expect(b.document.querySelector('input[name=shared]')?.hasAttribute('checked')).toBe(true)
  await b.press('Entrer')
  expect(b.url).toBe('/my')
  const rows = await world.deps.db
    .selectFrom('sessions')
    .selectAll()
    .where('person_id', '=', world.id('chloe'))
    .execute()
  expect(rows.map(({ created_at, expires_at }) => Date.parse(expires_at) - Date.parse(created_at))).toEqual([8 * HOUR])
})

it('pages F41: whoever may not enter can sign in as somebody else, and lands on that page', async () => {
  const world = await startApp()
  const b = await world.signIn('chloe')
  await b.get('/work/people?who=team')
  expect(b.status).toBe(403)
  await b.press('Me connecter autrement')
  expect(b.url).toBe(`/sign-in?next=${encodeURIComponent('/work/people?who=team')}`)
  await b.fill('Votre e-mail ou votre numéro de membre', 'bastien@example.org').fill('Votre mot de passe', PASSWORD)
  await b.press('Me connecter')
  expect(b.url).toBe('/work/people?who=team')
  await b.post('/sign-out', { next: 'https://evil.example/' })
  expect(b.url).toBe('/')
})

it('every field for a password has its hint about Caps Lock, hidden until the key is on', async () => {
  const world = await startApp()
  const b = world.browser()
  await b.get('/sign-in')
  const hint = b.document.querySelector('[data-caps-lock]')
  expect([hint?.textContent, hint?.hasAttribute('hidden'), hint?.getAttribute('role')]).toEqual([
    'La touche des majuscules est active.',
    true,
    'status',
  ])
  await b.post('/sign-in', { ...fields('chloe'), password: PASSWORD.toUpperCase() })
  expect(b.text).toContain('et la touche des majuscules')
})
