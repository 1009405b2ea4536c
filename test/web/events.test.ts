// SPDX-License-Identifier: AGPL-3.0-or-later
// An event that cannot be handled is set aside where the operator sees it, and keeps nobody else's mail or activity back.
import { afterEach, expect, it } from '@jest/globals'
import { createDraft, publishOffer } from '../../server/offers/commands.ts'
import { emptyContent } from '../../server/model/offer/readiness.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { PASSWORD } from '../support/world.ts'

afterEach(stopApps)

const YVON = { given: 'Yvon', family: 'Paquette', email: 'yvon@example.org' }

/** @returns the id of an offer of Bastien's that is online. */
async function publish(world: World): Promise<string> {
  const bastien = viewerOf(world.id('bastien'), 'Bastien Moreau', ['coordinator'])
  const content = {
    ...emptyContent(),
    title: { fr: 'Trier les dons du mercredi' },
    summary: { fr: 'Trois heures entre voisins.' },
    tasks: { fr: ['Vérifier les dates'] },
    causes: ['food'],
    activities: ['logistics'],
    commitment: 'one_off' as const,
    starts_on: '2026-12-05',
    work_mode: 'remote' as const,
    capacity: 2,
    contact_label: 'Bastien',
    language: ['fr' as const],
  }
  const input = { content, contactId: bastien.personId, visibility: 'public' as const }
  const id = await createDraft(world.deps, bastien, { ...input, asked: { firstDay: null, lastDay: null } })
  await publishOffer(world.deps, bastien, id)
  world.clock.advance(1000)
  return id
}

/** Applies, and confirms the mailbox. */
async function apply(world: World, offer: string): Promise<void> {
  const b = await world.browser().get(`/offers/${offer}/apply`)
  b.fill('Votre prénom', YVON.given).fill('Votre nom', YVON.family).fill('Votre adresse e-mail', YVON.email)
  await b.press('Envoyer ma candidature')
  await (await world.browser().get(await world.linkFor(YVON.email))).press('Oui, je confirme')
}

async function accept(world: World): Promise<void> {
  const { id } = await world.deps.db.selectFrom('applications').select('id').executeTakeFirstOrThrow()
  await (await (await world.signIn('bastien')).get(`/work/applications/${id}`)).press('Accepter Yvon')
}

/** Chloé's language is one this site has no texts for, and she changes her password. */
async function changePasswordInUnknownLanguage(world: World): Promise<void> {
  const b = await world.signIn('chloe')
  await world.deps.db.updateTable('people').set({ locale: 'tlh' }).where('id', '=', world.id('chloe')).execute()
  await b.get('/my/security')
  b.fill('Votre mot de passe actuel', PASSWORD).fill('Votre nouveau mot de passe', 'rivière-cadenas-poireau')
  await b.press('Enregistrer')
  expect(b.text).toContain('Votre mot de passe est changé.')
}

/** As long as an event that goes on failing may keep the others waiting. */
async function minutePasses(world: World): Promise<void> {
  for (let second = 0; second < 60; second += 5) {
    await world.settle()
    world.clock.advance(5000)
  }
  await world.settle()
}

it('other people get their mails although one mail cannot be written', async () => {
  const world = await startApp({ env: { FEDERATION: 'off' } })
  const offer = await publish(world)
  await apply(world, offer)
  await changePasswordInUnknownLanguage(world)
  await accept(world)
  await minutePasses(world)
  const toYvon = (await world.mails()).filter(({ to }) => to === YVON.email).map(({ template }) => template)
  expect(toYvon).toContain('applications/accepted')
})
