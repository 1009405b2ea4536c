// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, expect, it } from '@jest/globals'
import { createI18n } from '../../server/text/i18n.ts'
import { startApp, stopApps } from '../support/app.ts'
import * as many from '../support/many-rows.ts'
import { PASSWORD } from '../support/world.ts'

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
  expect(b.headers.get('content-security-policy')?.split(';').toSorted()).toEqual([
    "base-uri 'none'",
    "connect-src 'self'",
    "default-src 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self' data:",
    "object-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
  ])
  expect(b.headers.get('x-content-type-options')).toBe('nosniff')
  expect(b.headers.get('referrer-policy')).toBe('same-origin')
  expect(b.headers.get('cross-origin-resource-policy')).toBe('same-origin')
  expect(b.headers.get('x-powered-by')).toBeNull()
  expect(b.headers.get('strict-transport-security')).toBeNull()
  const secure = await startApp({ env: { PUBLIC_URL: 'https://jardins.example' } })
  const strict = await secure.browser().get('/nowhere')
  expect(strict.headers.get('strict-transport-security')).toBe('max-age=31536000')
})

it('reads no form of more than 128 kB or of more than 400 fields', async () => {
  const world = await startApp()
  const b = await world.signIn('chloe')
  await b.post('/my/hours', { note: 'x'.repeat(140_000) })
  expect(b.status).toBe(413)
  await b.post('/my/hours', { note: Array.from({ length: 401 }, () => '') })
  expect(b.status).toBe(413)
  await b.post('/my/hours', { note: 'x'.repeat(100_000) })
  expect(b.status).toBe(422)
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

it('writes the first day of a month as French does, and no other', () => {
  const i18n = createI18n()
  expect(i18n.for('fr').date('2026-01-01', 'short')).toBe('1er janvier 2026')
  expect(i18n.for('fr-CA').date('2026-11-01', 'day')).toBe('dimanche 1er novembre')
  expect(i18n.for('fr').date('2026-01-11', 'short')).toBe('11 janvier 2026')
  expect(i18n.for('fr').date('2026-01-21T01:01:00Z', 'datetime')).toContain('21 janvier 2026')
  expect(i18n.for('en').date('2026-01-01', 'short')).toBe('January 1, 2026')
})

it('joins « de » and « à » to a name as French does', () => {
  const i18n = createI18n()
  const text = (name: string) => i18n.for('fr')('people.access.closed_done', { name })
  expect(text('Amina Benali')).toBe('L’accès d’Amina Benali est fermé.')
  expect(text('Élise')).toBe('L’accès d’Élise est fermé.')
  expect(text('Bastien')).toBe('L’accès de Bastien est fermé.')
  expect(text('Les Jardins du Canal')).toBe('L’accès des Jardins du Canal est fermé.')
  expect(i18n.for('fr')('applications.refusal.title', { name: 'Le Relais' })).toBe('Répondre non au Relais')
  expect(i18n.for('fr')('applications.refusal.title', { name: 'Amina' })).toBe('Répondre non à Amina')
  expect(i18n.for('en')('people.access.closed_done', { name: 'Amina' })).toContain('Amina')
})

it('ends a sentence with one full stop, whatever its last word ends with', () => {
  const english = createI18n().for('en')
  const at = english.date('2026-11-22T09:00:00Z', 'datetime')
  expect(at).toMatch(/a\.m\.$/)
  expect(english('moderation.lead.new', { at })).toBe(`Received on ${at} Nothing is shown before you agree.`)
  expect(english('moderation.lead.new', { at: 'Monday' })).toContain('on Monday. Nothing')
})

it('has one « Chiffres » where an association is a centre too, whose pages lead to each other', async () => {
  const world = await startApp({ kind: 'both' })
  const b = await world.signIn('amina')
  await b.get('/my')
  await b.follow('Chiffres')
  expect(b.url).toBe('/work/statistics')
  await b.follow('Voir les chiffres de vos associations membres')
  expect(b.heading).toBe('Chiffres des associations')
  expect(b.document.querySelector('header nav [aria-current]')?.textContent).toBe('Chiffres')
  await b.follow('Voir les chiffres de vos propres annonces')
  expect(b.url).toBe('/work/statistics')
  const moderator = await world.signIn('farid')
  await moderator.get('/statistics')
  expect(moderator.hasLink('Voir les chiffres de vos propres annonces')).toBe(false)
})

it('pages F38: folds the menu of a team, and leaves that of visitors as it is', async () => {
  const world = await startApp({ kind: 'both' })
  const b = await world.signIn('amina')
  await b.get('/my')
  const fold = b.document.querySelector('header nav details')
  expect(fold?.querySelector('summary')?.textContent).toContain('Menu')
  expect(fold?.querySelector('a[href="/settings"]')?.textContent).toBe('Réglages')
  const visitor = world.browser()
  await visitor.get('/')
  expect(visitor.document.querySelector('header nav ul a')).not.toBeNull()
  expect(visitor.document.querySelector('header nav details')).toBeNull()
})

it('pages F5: the team lands where its work is, which is first in the menu, with how much waits', async () => {
  const world = await startApp()
  await many.addOffers(world.deps.db, 900)
  await many.addApplications(world.deps.db, 3, 'submitted')
  const b = world.browser()
  await b.post('/sign-in', { login: 'bastien@example.org', password: PASSWORD })
  expect(b.url).toBe('/work')
  const menu = [...b.document.querySelectorAll('nav a')].map((link) => link.textContent!.replaceAll(/\s+/g, ' ').trim())
  expect(menu[0]).toBe('À faire')
  expect(menu.find((text) => text.startsWith('Candidatures'))).toMatch(/^Candidatures 3\b/)
  const centre = await startApp({ kind: 'centre' })
  const moderator = centre.browser()
  await moderator.post('/sign-in', { login: 'farid@example.org', password: PASSWORD })
  expect(moderator.url).toBe('/work')
})
