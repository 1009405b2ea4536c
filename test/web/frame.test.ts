// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, expect, it } from '@jest/globals'
import { startApp, stopApps } from '../support/app.ts'

afterEach(stopApps)

it('answers an unknown address with a page people understand, in their language', async () => {
  const world = await startApp()
  const b = await world.browser().get('/nowhere')
  expect(b.status).toBe(404)
  expect(b.text).toContain('Page introuvable')
  const english = await world.browser('en').get('/nowhere')
  expect(english.document.documentElement.lang).toBe('en')
  expect(english.text).toContain('Page not found')
})

it('sends the security headers with every answer', async () => {
  const world = await startApp()
  const b = await world.browser().get('/nowhere')
  expect(b.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(b.headers.get('x-content-type-options')).toBe('nosniff')
  expect(b.headers.get('x-powered-by')).toBeNull()
})

it('refuses a form from elsewhere and takes our own', async () => {
  const world = await startApp()
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': '', origin: 'https://evil.example' },
    { 'sec-fetch-site': '', origin: 'null' },
    { 'sec-fetch-site': '', origin: '' },
  ]) {
    const b = await world.browser().post('/language', { locale: 'en' }, headers)
    expect(b.status).toBe(403)
  }
  const b = await world.browser().get('/nowhere')
  await b.press('English')
  expect(b.document.documentElement.lang).toBe('en')
})
