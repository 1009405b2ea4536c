// SPDX-License-Identifier: AGPL-3.0-or-later
// The one consent that the product takes: to be shown as the contact of the site that one opens.
import { afterEach, describe, expect, it } from '@jest/globals'
import { findAssociation } from '../../db/queries/association.ts'
import { makeSetUpLink } from '../../server/accounts/first-start.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'

afterEach(stopApps)

const SET_UP = {
  kind: 'association',
  name: 'Les Fictifs',
  handle: 'fictifs',
  country: 'FR',
  place: 'Dijon',
  locale: 'fr',
  given_name: 'Odile',
  family_name: 'Fictive',
  email: 'odile@example.net',
  password: 'radis violette caravane',
}

async function opened(publish: boolean): Promise<{ world: World; b: Browser; label: string }> {
  const world = await startApp({ empty: true })
  const link = (await makeSetUpLink(world.deps))!.replace(world.deps.config.publicUrl, '')
  const b = await world.browser().get(link)
  const label = b.document.querySelector('input[name=publish]')!.closest('label')!.textContent!.trim()
  await b.post(link, { ...SET_UP, ...(publish && { publish: 'on' }) })
  return { world, b, label }
}

const contactOf = async ({ deps }: World) => (await findAssociation(deps.db))!.contact_email

describe('web H3: a consent', () => {
  it('is kept with the text that was read, the day and the way, for the person and the team', async () => {
    const { world, b, label } = await opened(true)
    await b.get('/my/data')
    for (const text of [label, 'Donné le 22 novembre 2026, à l’ouverture du site.'])
      expect([text, b.text.includes(text)]).toEqual([text, true])
    const row = await world.deps.db.selectFrom('consents').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({ kind: 'contact', locale: 'fr', way: 'set_up', withdrawn_at: null })
    await b.get(`/work/people/${row.person_id}`)
    expect([b.text.includes(label), b.text.includes('Retirer mon accord')]).toEqual([true, false])
  })

  it('that was not given is not kept', async () => {
    const { world, b } = await opened(false)
    expect(await world.deps.db.selectFrom('consents').selectAll().execute()).toEqual([])
    expect((await b.get('/my/data')).text).not.toContain('Accords')
  })

  it('is taken back by one press, also under another name and address, and the contact is gone', async () => {
    const { world, b, label } = await opened(true)
    expect(await contactOf(world)).toBe('odile@example.net')
    const changed = { given_name: 'Odette', family_name: 'Autre', email: 'odette@example.net' }
    await world.deps.db.updateTable('people').set(changed).execute()
    await b.get('/my/data')
    await b.press('Retirer mon accord')
    expect([b.url, b.text.includes('Votre accord est retiré')]).toEqual(['/my/data', true])
    expect(b.text).toContain('Retiré le 22 novembre 2026.')
    expect(b.text).toContain(label)
    const public_ = await (await fetch(`${world.url}/legal`)).text()
    expect([await contactOf(world), /Odile|odile@/.test(public_)]).toEqual(['', false])
    const { id } = await world.deps.db.selectFrom('consents').select('id').executeTakeFirstOrThrow()
    // Later than a second press.
    world.clock.advance(11_000)
    expect((await b.post(`/my/data/consents/${id}/withdrawal`, {})).status).toBe(404)
  })

  it('of somebody else cannot be taken back', async () => {
    const { world } = await opened(true)
    const { id } = await world.deps.db.selectFrom('consents').select('id').executeTakeFirstOrThrow()
    await world.deps.db
      .insertInto('people')
      .values({ id: 'x', member_number: 1077, joined_on: '2026-11-01', created_at: '', updated_at: '' })
      .execute()
    await world.deps.db.updateTable('consents').set({ person_id: 'x' }).execute()
    const b = world.browser()
    await b.post('/sign-in', { login: 'odile@example.net', password: SET_UP.password })
    expect((await b.post(`/my/data/consents/${id}/withdrawal`, {})).status).toBe(404)
    expect(await contactOf(world)).toBe('odile@example.net')
  })
})
