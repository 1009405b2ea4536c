// SPDX-License-Identifier: AGPL-3.0-or-later
// Who are we towards others? Our actor document, built anew from the association each time it is asked for.
import { findAssociation, type AssociationRow } from '../db/queries/association.ts'
import type { Deps } from '../server/deps.ts'
import type { Handle } from '../server/web/transact.ts'
import { openKey, type OurKey } from './keys.ts'
import type { JsonObject } from './plain-json.ts'
import { actorAddresses, toActor } from './translate/association.ts'
import type { Publisher } from './translate/offer.ts'

export type Ourselves = { row: AssociationRow; document: JsonObject; publisher: Publisher }

export function openOurselves(deps: Deps) {
  const addresses = actorAddresses(deps.config.publicUrl)
  let key: OurKey | undefined
  let opening: Promise<OurKey> | undefined

  /**
   * Our key; made at the first call. A transaction never waits for a call outside it: that one may be waiting for the
   * connection the transaction holds.
   * @param db the transaction, when there is one.
   */
  async function ourKey(db: Handle = deps.db): Promise<OurKey> {
    if (key) return key
    if (db !== deps.db) return (key = await openKey(deps, db))
    opening ??= openKey(deps).finally(() => (opening = undefined))
    return (key = await opening)
  }

  /** Ourselves as of this moment, or undefined before the association is set up. */
  async function read(db: Handle = deps.db): Promise<Ourselves | undefined> {
    const row = await findAssociation(db)
    if (!row) return undefined
    const { publicKeyPem } = await ourKey(db)
    const { publicUrl } = deps.config
    const icon = row.logo_id
      ? { url: `${publicUrl}/media/${row.logo_id}`, mediaType: 'image/webp', alt: row.logo_alt }
      : undefined
    const document = toActor({
      origin: publicUrl,
      kind: row.kind,
      handle: row.handle,
      name: row.name,
      mission: row.mission,
      language: row.locale === 'en' ? 'en' : 'fr',
      website: row.website,
      createdAt: row.created_at,
      publicKeyPem,
      ...(icon ? { icon } : {}),
    })
    const words = (language: 'fr' | 'en') => deps.i18n.for(language, row.time_zone)
    return { row, document, publisher: { followers: addresses.followers, timeZone: row.time_zone, words } }
  }

  return { addresses, key: ourKey, read }
}

export type OurselvesDoor = ReturnType<typeof openOurselves>
