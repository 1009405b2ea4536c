// SPDX-License-Identifier: AGPL-3.0-or-later
// A refused offer is proposed once more as it is (offers §7.3); after a second no it has to change. Real HTTP between two sites.
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { findOffer } from '../../db/queries/offers.ts'
import { acceptOffer, refuseOffer, removeOffer } from '../../server/moderation/commands/decide.ts'
import { answerCentre, proposeToCentre } from '../../server/offers/commands/submissions.ts'
import { editOffer } from '../../server/offers/commands/write.ts'
import { fold } from '../support/answering.ts'
import { stopApps, type World } from '../support/app.ts'
import { fr } from '../support/texts.ts'
import * as instances from './instances.ts'

let association: World
let centre: World
let id: string
const both = () => instances.settleAll(association, centre)
const item = async () => (await instances.items(centre))[0]!
const state = async () => (await instances.submissions(association))[0]!.state
const page = async () => (await association.signIn('bastien')).get(`/work/offers/${id}`)
const TWICE = fr('offers.refused.twice')

async function refuse() {
  const { id: of, version } = await item()
  await refuseOffer(centre.deps, instances.chief(centre), of, { version, reason: 'off_territory', note: 'Trop loin.' })
  await both()
  expect(await state()).toBe('refused')
}

beforeAll(async () => {
  association = await instances.startInstance('association', instances.PORTS.association)
  centre = await instances.startInstance('centre', instances.PORTS.centre)
  await instances.join(association, centre)
  id = await instances.publish(association)
  await both()
})
afterAll(stopApps)

it('is taken once with its words, and the moderator reads that it is the second time', async () => {
  await refuse()
  const b = await page()
  expect(b.text).not.toContain(TWICE)
  await b.fill('Votre réponse à Centre du bénévolat de la Côte', 'Nous venons chercher les gens.')
  await b.press('Envoyer ma réponse')
  await both()
  expect([await state(), (await item()).state]).toEqual(['sent', 'pending'])
  const moderator = await (await centre.signIn('farid')).get(`/moderation/${(await item()).id}`)
  expect(fold(moderator.text)).toContain('Deuxième demande')
  expect(moderator.text).toContain('Nous venons chercher les gens.')
})

it('has to change after the second no: the page says so, and neither button nor form is there', async () => {
  await refuse()
  const b = await page()
  expect(b.text).toContain(TWICE)
  expect([b.hasButton('Envoyer ma réponse'), b.document.querySelector('form[action$="/proposal"]')]).toEqual([
    false,
    null,
  ])
  const words = { centre: instances.actorOf(centre), words: 'Encore ?' }
  await b.post(`/work/offers/${id}/proposal`, { centre: words.centre })
  expect([b.status, b.text.includes(TWICE)]).toEqual([409, true])
  await expect(answerCentre(association.deps, instances.chief(association), id, words)).rejects.toThrow(
    'offers.refused.twice',
  )
  expect([await state(), (await item()).state]).toEqual(['refused', 'refused'])
})

it('is proposed by itself when it has changed', async () => {
  const { version } = (await findOffer(association.deps.db, id))!
  const title = { fr: 'Conduire le camion, près de la gare' }
  const input = { ...instances.inputOf(association, { title }), version }
  await editOffer(association.deps, instances.chief(association), id, input)
  await both()
  expect([await state(), (await item()).state]).toEqual(['sent', 'pending'])
  expect((await page()).text).not.toContain(TWICE)
})

it('was not refused when it was shown and then taken off: the moderator reads that the same came back', async () => {
  const chief = instances.chief(centre)
  await acceptOffer(centre.deps, chief, (await item()).id, { version: (await item()).version })
  await both()
  const { id: of, version } = await item()
  await removeOffer(centre.deps, chief, of, { version, reason: 'off_territory', note: '' })
  await both()
  await proposeToCentre(association.deps, instances.chief(association), id, instances.actorOf(centre))
  await both()
  expect([await state(), (await item()).state]).toEqual(['sent', 'pending'])
  const moderator = await (await centre.signIn('farid')).get(`/moderation/${of}`)
  expect(fold(moderator.text)).toContain('renvoyé la même annonce')
  expect(fold(moderator.text)).not.toContain('Deuxième demande')
})
