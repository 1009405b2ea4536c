// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, expect, it } from '@jest/globals'
import { startApp, stopApps } from '../support/app.ts'

afterEach(stopApps)

it('the word after a form is shown on the next page, once', async () => {
  const world = await startApp()
  const b = await world.signIn('chloe')
  await b.get('/my/profile')
  await b.fill('Votre prénom', 'Chloé-Anne').press('Enregistrer')
  expect(b.url).toBe('/my/profile')
  expect(b.document.querySelector('[role=status]:not([hidden])')?.textContent).toContain('enregistré')
  await b.get('/my/profile')
  expect(b.document.querySelector('[role=status]:not([hidden])')).toBeNull()
})

it('what the session was given before a redirect is there afterwards, for somebody unknown too', async () => {
  const world = await startApp()
  const b = await world.browser().get('/offers')
  expect(b.cookie).toBe('')
  await b.press('English')
  expect(b.url).toBe('/offers')
  expect(b.document.documentElement.lang).toBe('en')
  const rows = await world.deps.db.selectFrom('sessions').select('content').execute()
  expect(rows).toEqual([{ content: '{"locale":"en"}' }])
})
