// SPDX-License-Identifier: AGPL-3.0-or-later
// The foot of a page sends the team to whoever can help it, never to itself (pages F33).
import { afterEach, expect, it } from '@jest/globals'
import { startApp, stopApps } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'

afterEach(stopApps)

const foot = (b: Browser) => b.document.querySelector('footer')!.textContent!.replaceAll(/\s+/g, ' ')

it('pages F33: the team finds its centre and its host, and nobody is told to call themselves', async () => {
  const world = await startApp()
  const { db, newId, clock } = world.deps
  const amina = await world.signIn('amina')
  await amina.get('/work')
  expect(foot(amina)).not.toContain('Amina Benali au bout du fil')
  expect(foot(amina)).toContain('Besoin d’aide avec le site ? Qui héberge le site')
  await db.updateTable('association').set({ host_name: 'Hébergement du Canal' }).execute()
  const centre = { partner_uri: 'https://centre.example/actor', partner_url: 'https://centre.example/' }
  const relation = { partner_is: 'centre', partner_name: 'Centre de la Côte', state: 'active' } as const
  await db
    .insertInto('affiliations')
    .values({ id: newId(), ...centre, ...relation, requested_at: clock.iso() })
    .execute()
  for (const name of ['amina', 'bastien', 'farid', 'elise'] as const) {
    const b = await world.signIn(name)
    for (const path of ['/my', '/my/profile']) {
      await b.get(path)
      expect(foot(b)).toContain('Votre centre : Centre de la Côte')
      expect(foot(b)).toContain('Qui héberge le site : Hébergement du Canal')
      expect([name, foot(b).includes('Amina Benali au bout du fil')]).toEqual([name, name !== 'amina'])
    }
  }
  for (const b of [await world.signIn('chloe'), world.browser()]) {
    await b.get('/')
    expect(foot(b)).toContain('Amina Benali au bout du fil')
    expect(foot(b)).not.toContain('héberge')
  }
})
