// SPDX-License-Identifier: AGPL-3.0-or-later
// An offer that is closed or cancelled: those who waited or were to come read why, and a word of the team.
import { afterEach, describe, expect, it } from '@jest/globals'
import { acceptApplication } from '../../server/applications/commands/answer.ts'
import { cancelOffer } from '../../server/offers/commands/end.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { apply, bastienOf, fold, noteRosa, publish, row } from '../support/answering.ts'

afterEach(stopApps)

const ZOE = { given_name: 'Zoé', family_name: 'Lavoie', email: 'zoe@example.org' }
const SORRY = 'La salle est inondée. Nous recommençons le 8 janvier : serez-vous des nôtres ?'

async function lastTo(world: World, email: string) {
  const mail = (await world.mails()).findLast(({ to }) => to === email)!
  return { subject: fold(mail.subject), text: fold(mail.text), html: fold(mail.html) }
}

/** Yvon is accepted, Zoé waits, and Rosa, who has no address, is to come. */
async function crowd(world: World): Promise<string> {
  const offer = await publish(world, { capacity: 5 })
  await apply(world, offer)
  await acceptApplication(world.deps, bastienOf(world), (await row(world)).id, { word: '' })
  await apply(world, offer, ZOE)
  await noteRosa(world, offer, true)
  return offer
}

describe('an offer that is cancelled', () => {
  it('asks why, and keeps what was written when that is missing', async () => {
    const world = await startApp()
    const offer = await crowd(world)
    const b = await (await world.signIn('bastien')).get(`/work/offers/${offer}/cancellation`)
    await b.fill('Un mot pour les personnes prévenues', SORRY).press('Annuler l’annonce')
    expect(b.status).toBe(422)
    expect(b.errors()).toEqual({ 'Pourquoi ?': 'Dites pourquoi vous l’annulez.' })
    expect(b.value('Un mot pour les personnes prévenues')).toBe(SORRY)
    const { state } = await world.deps.db.selectFrom('offers').select('state').executeTakeFirstOrThrow()
    expect(state).toBe('published')
  })

  it('tells why to whoever was to come and whoever waited, with the word, which stands in their conversation', async () => {
    const world = await startApp()
    const offer = await crowd(world)
    const b = await (await world.signIn('bastien')).get(`/work/offers/${offer}/cancellation`)
    b.choose('Le lieu n’est plus disponible').fill('Un mot pour les personnes prévenues', SORRY)
    await b.press('Annuler l’annonce')
    expect(b.text).toContain('Le lieu n’est plus disponible')
    await b.post(`/work/offers/${offer}/cancellation`, { reason: 'weather', word: 'Une autre fois.' })
    for (const { email } of [{ email: 'yvon@example.org' }, ZOE]) {
      const { text, html } = await lastTo(world, email)
      for (const part of [text, html]) {
        expect(part).toContain('Le lieu n’est plus disponible.')
        expect(part).toContain('La salle est inondée.')
        expect(part).toContain('Bastien Moreau')
        expect(part).not.toContain('Une autre fois.')
      }
      const page = await b.get(`/work/applications/${(await row(world, email)).id}`)
      expect(page.text.split('La salle est inondée.')).toHaveLength(2)
    }
    expect((await lastTo(world, 'yvon@example.org')).subject).toBe('C’est annulé : Trier les dons')
    const messages = await world.deps.db.selectFrom('application_messages').selectAll().execute()
    expect(messages.map(({ side }) => side)).toEqual(['team', 'team'])
  })

  it('is cancelled on the page of whoever was to come: nobody expects them, and others are proposed', async () => {
    const world = await startApp()
    const offer = await crowd(world)
    const link = await world.linkFor('yvon@example.org')
    await cancelOffer(world.deps, bastienOf(world), offer, { reason: 'weather' })
    const b = await world.browser().get(link)
    expect(b.heading).toBe('Ce coup de main est annulé')
    expect(b.text).toContain('vous n’avez pas besoin de venir')
    expect(b.text).not.toMatch(/C’est oui|L’équipe vous attend/)
    expect(b.hasLink('Je ne peux plus venir')).toBe(false)
  })

  it('says no reason that says nothing, and no word that nobody wrote', async () => {
    const world = await startApp()
    const offer = await crowd(world)
    const b = await (await world.signIn('bastien')).get(`/work/offers/${offer}/cancellation`)
    await b.choose('Autre raison').press('Annuler l’annonce')
    const { text } = await lastTo(world, 'yvon@example.org')
    expect(text).toContain('Vous n’avez pas besoin de venir.')
    expect(text).not.toMatch(/Autre raison|Bastien Moreau a écrit/)
    expect(await world.deps.db.selectFrom('application_messages').selectAll().execute()).toEqual([])
  })

  it('asks for no word where there is nobody to tell', async () => {
    const world = await startApp()
    const offer = await publish(world)
    await noteRosa(world, offer, true)
    const b = await (await world.signIn('bastien')).get(`/work/offers/${offer}/cancellation`)
    expect(b.html).not.toContain('name="word"')
    await b.get(`/work/offers/${offer}/closing`)
    expect(b.html).not.toContain('name="word"')
  })
})

it('an offer that is closed tells whoever waits why and with a word, and whoever is to come nothing', async () => {
  const world = await startApp()
  const offer = await crowd(world)
  const before = await lastTo(world, 'yvon@example.org')
  const b = await (await world.signIn('bastien')).get(`/work/offers/${offer}/closing`)
  b.choose('La saison est finie').fill('Un mot pour les personnes prévenues', 'À l’automne prochain !')
  await b.press('Fermer l’annonce')
  const { text } = await lastTo(world, ZOE.email)
  expect(text).toContain('La saison est finie.')
  expect(text).toContain('À l’automne prochain !')
  expect(await lastTo(world, 'yvon@example.org')).toEqual(before)
  const messages = await world.deps.db.selectFrom('application_messages').select('application_id').execute()
  expect(messages).toEqual([{ application_id: (await row(world, ZOE.email)).id }])
})
