// SPDX-License-Identifier: AGPL-3.0-or-later
// An offer, somebody who applies for it, and the links in the mails to the team.
import { createDraft } from '../../server/offers/commands/write.ts'
import { publishOffer } from '../../server/offers/commands/publish.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { noteApplication } from '../../server/applications/commands/note.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import type { World } from './app.ts'

export const YVON = { given_name: 'Yvon', family_name: 'Paquette', email: 'yvon@example.org' }
export const bastienOf = (world: World) => viewerOf(world.id('bastien'), 'Bastien Moreau', ['coordinator'])
export const aminaOf = (world: World) => viewerOf(world.id('amina'), 'Amina Benali', ['administrator'])
export const fold = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')

export async function publish(
  world: World,
  changes: Partial<OfferContent> = {},
  contact: 'bastien' | 'chloe' = 'bastien',
) {
  const { deps } = world
  const content: OfferContent = {
    ...emptyContent(),
    title: { fr: 'Trier les dons' },
    summary: { fr: 'Trois heures entre voisins.' },
    tasks: { fr: ['Vérifier les dates', 'Ranger'] },
    causes: ['food'],
    activities: ['logistics'],
    commitment: 'regular',
    frequency: 'weekly',
    minutes_per_session: 180,
    sessions_expected: 4,
    work_mode: 'remote',
    capacity: 2,
    contact_label: 'Bastien',
    language: ['fr'],
    ...changes,
  }
  const input = { content, contactId: world.id(contact), visibility: 'public' as const }
  const id = await createDraft(deps, bastienOf(world), { ...input, asked: { firstDay: null, lastDay: null } })
  await publishOffer(deps, bastienOf(world), id)
  world.clock.advance(1000)
  return id
}

export async function apply(
  world: World,
  offer: string,
  person = YVON,
  more: Record<string, string> = {},
): Promise<void> {
  world.clock.advance(1000)
  await world.browser().post(`/offers/${offer}/apply`, { ...person, ...more })
  await world.browser().post(`${await world.linkFor(person.email)}/confirmation`, {})
}

export function noteRosa(world: World, offer: string, accept: boolean): Promise<string> {
  const rosa = { given_name: 'Rosa', family_name: 'Lind', email: '', phone: '02 61 91 33 07' }
  const more = { message: '', seats: 1, who: '', locale: 'fr' }
  return noteApplication(world.deps, bastienOf(world), { ...rosa, ...more, offer, accept })
}

export const row = (world: World, email = YVON.email) =>
  world.deps.db.selectFrom('applications').selectAll().where('email', '=', email).executeTakeFirstOrThrow()

export type Links = {
  overview: string
  acceptance: string
  refusal: string
  wait: string | undefined
  ask: string | undefined
  work: string | undefined
}

/** The links of the last mail that has some, or that leads to messages only. */
export async function linksTo(
  world: World,
  email = 'bastien@example.org',
  of: 'all' | 'messages' = 'all',
): Promise<Links> {
  const mails = (await world.mails()).filter(({ to }) => to === email)
  const mail = mails.findLast(({ text }) => of === 'messages' || text.includes('/acceptance'))
  const links = [...(mail?.text ?? '').matchAll(/http:\/\/localhost:3000(\/\S+)/g)].map(([, path]) => path!)
  const ending = (end: string) => links.find((one) => one.endsWith(end))
  const overview = links.map((one) => /^\/applications\/answering\/[\w-]+/.exec(one)?.[0]).find(Boolean) ?? ''
  return {
    overview,
    acceptance: `${overview}/acceptance`,
    refusal: ending('/refusal') ?? '',
    wait: ending('/waiting-list'),
    ask: ending('/messages'),
    work: links.find((one) => one.startsWith('/work/applications/')),
  }
}
