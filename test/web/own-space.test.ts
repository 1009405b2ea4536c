// SPDX-License-Identifier: AGPL-3.0-or-later
// pages F13, F30, F31, F32: what a volunteer finds, answers and leaves in their own space.
import { afterEach, describe, expect, it } from '@jest/globals'
import { insertAffiliation } from '../../db/queries/affiliations.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { publishOffer } from '../support/offer-form.ts'
import * as many from '../support/many-rows.ts'

afterEach(stopApps)

const applications = ({ deps }: World) =>
  deps.db.selectFrom('applications').select(['id', 'given_name', 'state', 'person_id']).orderBy('id').execute()
const APPLICATION = { given_name: 'Chloé', family_name: 'Tremblay', email: 'chloe@example.org' }

async function accepted() {
  const world = await startApp()
  const coordinator = await world.signIn('bastien')
  const offer = await publishOffer(coordinator)
  const chloe = await world.signIn('chloe')
  await chloe.post(`/offers/${offer}/apply`, APPLICATION)
  const [one] = await applications(world)
  await coordinator.post(`/work/applications/${one!.id}/acceptance`, {})
  return { world, chloe, coordinator, offer, id: one!.id }
}

describe('pages F31: somebody who is signed in applies', () => {
  it('without a second proof of their address, once', async () => {
    const world = await startApp()
    const offer = await publishOffer(await world.signIn('bastien'))
    const chloe = await world.signIn('chloe')
    await chloe.get(`/offers/${offer}/apply`)
    expect(chloe.text).toContain('votre candidature part tout de suite')
    const second = world.browser()
    second.cookie = chloe.cookie
    await Promise.all([chloe, second].map((b) => b.post(`/offers/${offer}/apply`, APPLICATION)))
    expect([chloe.status, second.status, second.url]).toEqual([200, 200, chloe.url])
    expect(chloe.url).toMatch(/^\/applications\//)
    expect(chloe.heading).toBe('Votre candidature est arrivée')
    expect(await applications(world)).toMatchObject([{ state: 'submitted', person_id: world.id('chloe') }])
    const mails = (await world.mails()).filter(({ to }) => to === 'chloe@example.org')
    expect(mails.map(({ template }) => template)).toEqual(['applications/received'])
  })

  it.each([
    ['another address', { ...APPLICATION, email: 'chloe@example.net' }],
    ['another name', { ...APPLICATION, given_name: 'Paul' }],
  ])('with %s has to prove it', async (_what, typed) => {
    const world = await startApp()
    const offer = await publishOffer(await world.signIn('bastien'))
    const chloe = await world.signIn('chloe')
    await chloe.post(`/offers/${offer}/apply`, typed)
    expect(chloe.heading).toContain('Ouvrez votre boîte')
    expect(await applications(world)).toMatchObject([{ state: 'unconfirmed', person_id: null }])
  })

  it('with an address that was never proved has to prove it', async () => {
    const world = await startApp()
    const offer = await publishOffer(await world.signIn('bastien'))
    const chloe = await world.signIn('chloe')
    await many.run(world.deps.db, `UPDATE people SET email_verified_at = NULL WHERE id = '${world.id('chloe')}'`)
    await chloe.post(`/offers/${offer}/apply`, APPLICATION)
    expect(await applications(world)).toMatchObject([{ state: 'unconfirmed' }])
  })
})

describe('pages F13: one’s own commitments', () => {
  it('stand on /my, in every state, with the way to leave', async () => {
    const { world, chloe } = await accepted()
    await chloe.get('/my')
    expect(chloe.text).toContain('Mes coups de main')
    expect(chloe.text).toContain('Acceptée')
    await chloe.follow('Je ne peux plus venir')
    await chloe.press('Libérer ma place')
    expect(await applications(world)).toMatchObject([{ state: 'withdrawn' }])
    await chloe.get('/my')
    expect(chloe.document.querySelector('details .plainlist')!.textContent).toContain('Retirée')
    expect(chloe.hasLink('Je ne peux plus venir')).toBe(false)
  })

  it('also those sent without signing in, but not those of somebody else who shares the mailbox', async () => {
    const world = await startApp()
    const offer = await publishOffer(await world.signIn('bastien'))
    await world
      .browser()
      .post(`/offers/${offer}/apply`, { ...APPLICATION, given_name: 'TREMBLAY', family_name: 'Chloe' })
    await world.browser().post(`/offers/${offer}/apply`, { ...APPLICATION, given_name: 'Paul' })
    const chloe = await world.signIn('chloe')
    await chloe.get('/my')
    expect(chloe.document.querySelectorAll('section[aria-labelledby=mine] li')).toHaveLength(1)
    await many.run(world.deps.db, `UPDATE people SET email_verified_at = NULL WHERE id = '${world.id('chloe')}'`)
    await chloe.get('/my')
    expect(chloe.document.querySelectorAll('section[aria-labelledby=mine] li')).toHaveLength(0)
    expect(chloe.hasLink('Chercher un coup de main')).toBe(true)
  })

  it('what is over stands apart', async () => {
    const { world, chloe, offer } = await accepted()
    const { content } = await world.deps.db
      .selectFrom('offers')
      .select('content')
      .where('id', '=', offer)
      .executeTakeFirstOrThrow()
    const past = JSON.stringify({
      ...JSON.parse(content),
      commitment: 'one_off',
      starts_on: '2026-11-20',
      ends_on: null,
    })
    await world.deps.db.updateTable('offers').set({ content: past }).execute()
    await chloe.get('/my')
    expect(chloe.document.querySelector('section[aria-labelledby=mine] details')!.textContent).toContain('Avant')
    expect(chloe.hasLink('Je ne peux plus venir')).toBe(false)
  })
})

describe('pages F30: an accepted person leaves', () => {
  it('in the right words, and what was done can still be noted for that offer', async () => {
    const { world, chloe, coordinator, offer } = await accepted()
    await chloe.get('/my')
    await chloe.follow('Je ne peux plus venir')
    await chloe.press('Libérer ma place')
    expect(chloe.heading).toBe('Votre place est libre')
    expect(chloe.text).toContain('Merci pour ce que vous avez fait')
    expect(chloe.text).not.toContain('Merci d’avoir pensé à elle')
    const offers = (b: typeof chloe) =>
      [...b.document.querySelectorAll('select[name=offer] option')].map((one) => one.getAttribute('value'))
    expect(offers(await chloe.get('/my/hours'))).toEqual(['', offer])
    expect(offers(await coordinator.get(`/work/hours/new?person=${world.id('chloe')}`))).toEqual(['', offer])
    const category = chloe.document.querySelector('input[name=category]')!.getAttribute('value')!
    await chloe.post('/my/hours', { category, day_choice: '2026-11-21', duration: '2h', offer })
    expect(chloe.status).toBe(200)
  })

  it('whoever was never accepted has other words, and cannot note hours for it', async () => {
    const world = await startApp()
    const offer = await publishOffer(await world.signIn('bastien'))
    const chloe = await world.signIn('chloe')
    await chloe.post(`/offers/${offer}/apply`, APPLICATION)
    await chloe.follow('Retirer ma candidature')
    await chloe.press('Retirer ma candidature')
    expect(chloe.heading).toBe('Candidature retirée')
    await chloe.get('/my/hours')
    expect(chloe.document.querySelector('select[name=offer]')).toBeNull()
  })
})

describe('pages F32: a question about hours', () => {
  async function asked() {
    const world = await startApp()
    const chloe = await world.signIn('chloe')
    await chloe.get('/my/hours')
    await chloe.choose('Sur le terrain').choose('Hier').fill('Combien de temps ?', '10h').press('Noter ces heures')
    const line = await world.deps.db.selectFrom('hours_entries').select('id').executeTakeFirstOrThrow()
    const bastien = await world.signIn('bastien')
    await bastien.post(`/work/hours/${line.id}/return`, { reason: 'Dix heures, vraiment ?' })
    return { world, chloe, bastien, path: `/my/hours/${line.id}/confirmation` }
  }
  const menu = (b: Awaited<ReturnType<World['signIn']>>) =>
    [...b.document.querySelectorAll('nav a[href="/my/hours"]')].map((one) =>
      one.textContent!.replaceAll(/\s+/g, ' ').trim(),
    )[0]

  it('is flagged on /my and in the menu, and « C’est bien cela » answers it', async () => {
    const { world, chloe, bastien } = await asked()
    await chloe.get('/my')
    expect(chloe.text).toContain('Une question sur vos heures attend votre réponse.')
    expect(menu(chloe)).toMatch(/^Mes heures ?1/)
    await chloe.follow('Répondre')
    await chloe.press('C’est bien cela 21 novembre 2026, 10 h')
    expect(chloe.text).toContain('L’association relit ces heures.')
    await chloe.get('/my')
    expect(chloe.text).not.toContain('attend votre réponse')
    await bastien.get('/work/hours')
    expect(bastien.text).toContain('Question posée: « Dix heures, vraiment ? » La personne répond: c’est bien cela.')
    await bastien.press('Valider les lignes cochées')
    expect(await world.deps.db.selectFrom('hours_entries').select(['state', 'minutes']).execute()).toEqual([
      { state: 'approved', minutes: 600 },
    ])
  })

  it('is answered by the person only, and once', async () => {
    const { world, chloe, path } = await asked()
    const david = await world.signIn('david')
    expect((await david.post(path, {})).status).toBe(404)
    expect((await chloe.post(path, {})).status).toBe(200)
    // Later than a second press.
    world.clock.advance(11_000)
    expect((await chloe.post(path, {})).status).toBe(409)
  })
})

describe('pages F13: at a centre, the sign-in', () => {
  async function centre(members: number) {
    const world = await startApp({ kind: 'centre' })
    const at = world.deps.clock.iso()
    for (let n = 1; n <= members; n++)
      await insertAffiliation(world.deps.db, {
        id: `m${n}`,
        partner_uri: `https://m${n}.example/actor`,
        partner_is: 'member',
        partner_name: n === 1 ? 'Épicerie solidaire' : `Association ${n}`,
        partner_url: `https://m${n}.example/`,
        state: 'active',
        requested_at: at,
        decided_at: at,
      })
    return { world, b: await world.browser().get('/sign-in') }
  }

  it('leads volunteers to the site of their association', async () => {
    const { b } = await centre(2)
    expect(b.text).toContain('Votre espace est sur le site de votre association.')
    const link = b.document.querySelector('#elsewhere ~ ul a, section[aria-labelledby=elsewhere] a')!
    expect(link.getAttribute('href')).toMatch(/^https:\/\/m\d\.example\/sign-in$/)
    expect(b.hasButton('Chercher mon association')).toBe(false)
  })

  it('finds it among many, whatever the accents, and says when there is none', async () => {
    const { b } = await centre(30)
    await b.fill('Quelle association ?', 'epicerie').press('Chercher mon association')
    expect([b.status, b.value('Quelle association ?')]).toEqual([200, 'epicerie'])
    const found = () =>
      [...b.document.querySelectorAll('section[aria-labelledby=elsewhere] li a')].map((one) => one.textContent)
    expect(found()).toEqual(['Épicerie solidaire'])
    await b.fill('Quelle association ?', 'introuvable').press('Chercher mon association')
    expect([found(), b.text.includes('Aucune association membre ne porte ce nom.')]).toEqual([[], true])
  })

  it('promises no message, and says the same to whoever has an account and whoever has none', async () => {
    const { world, b } = await centre(1)
    const pages: string[] = []
    for (const login of ['farid@example.org', 'inconnu@example.org']) {
      await b.post('/sign-in/link', { login })
      pages.push(b.text)
      expect(b.text).toContain('votre espace est sur le site de votre association')
    }
    expect(pages[0]).toBe(pages[1])
    expect((await world.mails()).map(({ to }) => to)).toEqual(['farid@example.org'])
  })

  it('an association has no such list', async () => {
    const world = await startApp()
    const b = await world.browser().get('/sign-in')
    expect(b.document.querySelector('#elsewhere')).toBeNull()
    expect((await b.post('/sign-in/association', { association: 'a' })).status).toBe(404)
  })
})
