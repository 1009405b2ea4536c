// SPDX-License-Identifier: AGPL-3.0-or-later
import { settleUntilQuiet } from '../../federation/create-federation.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import { createDraft } from '../../server/offers/commands/write.ts'
import { publishOffer } from '../../server/offers/commands/publish.ts'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { acceptMember, askToJoin } from '../../server/partners/commands/decide.ts'
import { ROLES, viewerOf } from '../../server/model/viewer.ts'
import { startApp, type World } from '../support/app.ts'
import { portAt } from '../support/ports.ts'

export const PORTS = { association: portAt(21), centre: portAt(22), region: portAt(23) }

const addressOf = (port: number) => `http://127.0.0.1:${port}`
export const actorOf = (instance: World) => `${instance.deps.config.publicUrl}/actor`
export const hostOf = (instance: World) => new URL(instance.deps.config.publicUrl).host

export function startInstance(
  kind: 'association' | 'centre' | 'both',
  port: number,
  allow: string[] = [],
): Promise<World> {
  const hosts = [...Object.values(PORTS).map((one) => `127.0.0.1:${one}`), ...allow]
  return startApp({
    kind,
    env: { PORT: String(port), PUBLIC_URL: addressOf(port), FEDERATION_ALLOW_HOSTS: hosts.join(',') },
  })
}

export const chief = (instance: World) => viewerOf(instance.id('amina'), 'Amina', ROLES)

/** Until all activities have arrived and are handled, in all of them. */
export async function settleAll(...instances: World[]): Promise<void> {
  const dbs = instances.map(({ deps }) => deps.db)
  await settleUntilQuiet(dbs, 8, async () => {
    for (const instance of instances) await instance.settle()
  })
}

export async function join(association: World, centre: World): Promise<void> {
  await askToJoin(association.deps, chief(association), hostOf(centre))
  await settleAll(association, centre)
  const asked = (await affiliations(centre)).find(({ state }) => state === 'requested')
  if (!asked) throw new Error('the wish to join did not arrive')
  await acceptMember(centre.deps, chief(centre), asked.id)
  await settleAll(centre, association)
}

export const affiliations = (instance: World) => instance.deps.db.selectFrom('affiliations').selectAll().execute()
export const items = (instance: World) =>
  instance.deps.db.selectFrom('moderation_items').selectAll().orderBy('id').execute()
export const listings = (instance: World) => instance.deps.db.selectFrom('listings').selectAll().execute()
export const submissions = (instance: World) => instance.deps.db.selectFrom('submissions').selectAll().execute()
export const follows = (instance: World) =>
  instance.deps.db.selectFrom('fed_follows').selectAll().orderBy('follower').execute()
export const received = (instance: World) =>
  instance.deps.db.selectFrom('fed_activities').selectAll().where('direction', '=', 'in').orderBy('seq').execute()
export const sent = (instance: World) =>
  instance.deps.db.selectFrom('fed_activities').selectAll().where('direction', '=', 'out').orderBy('seq').execute()
export const queue = (instance: World) =>
  instance.deps.db.selectFrom('fed_deliveries').selectAll().orderBy('id').execute()

export function contentOf(change: Partial<OfferContent> = {}): OfferContent {
  return {
    ...emptyContent(),
    title: { fr: 'Conduire le camion des invendus' },
    summary: { fr: 'Le samedi matin, aller chercher les invendus et les apporter à l’accueil de jour.' },
    tasks: { fr: ['Conduire le camion', 'Charger et décharger'] },
    causes: ['food'],
    activities: ['transport'],
    commitment: 'one_off',
    starts_on: '2026-12-05',
    work_mode: 'on_site',
    places: [
      {
        code: 'FR-21231',
        label: 'Accueil de jour',
        name: 'Dijon',
        region: 'FR-R27',
        department: 'FR-D21',
        country: 'FR',
        postalCode: '21000',
        street: null,
        latitude: 47.32,
        longitude: 5.04,
        precision: 'municipality',
      },
    ],
    capacity: 4,
    contact_label: 'Bastien, coordination',
    language: ['fr'],
    ...change,
  }
}

export const inputOf = (instance: World, change: Partial<OfferContent> = {}) => ({
  content: contentOf(change),
  contactId: instance.id('bastien'),
  visibility: 'public' as const,
  asked: { firstDay: null, lastDay: null },
})

export async function publish(instance: World, change: Partial<OfferContent> = {}): Promise<string> {
  const id = await createDraft(instance.deps, chief(instance), inputOf(instance, change))
  await publishOffer(instance.deps, chief(instance), id)
  return id
}
