// SPDX-License-Identifier: AGPL-3.0-or-later
import { createPrivateKey, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { findAssociation, type AssociationRow } from '../db/queries/association.ts'
import { findKey, insertKey } from '../db/queries/fed-actors.ts'
import type { Deps } from '../server/deps.ts'
import type { Handle } from '../server/web/transact.ts'
import { NO_LIMIT } from '../server/model/offer/member-limit.ts'
import type { JsonObject } from './plain-json.ts'
import type { Signer } from './signatures.ts'
import { actorAddresses, toActor } from './translate/association.ts'
import type { EventContext } from './translate/offer.ts'

export type OwnActorData = { row: AssociationRow; document: JsonObject; eventContext: EventContext }
export type OwnKey = Signer & { publicKeyPem: string }

/** What the private key is sealed for (server/base/secrets.ts). */
const PURPOSE = 'actor key'

export class OwnActor {
  readonly addresses: ReturnType<typeof actorAddresses>
  readonly #deps: Deps
  #key: OwnKey | undefined
  #opening: Promise<OwnKey> | undefined

  constructor(deps: Deps) {
    this.#deps = deps
    this.addresses = actorAddresses(deps.config.publicUrl)
  }

  /** @param db the transaction, if there is one: a call outside it may be waiting for the connection that it holds. */
  async key(db: Handle = this.#deps.db): Promise<OwnKey> {
    if (this.#key) return this.#key
    if (db !== this.#deps.db) return (this.#key = await openKey(this.#deps, db))
    this.#opening ??= openKey(this.#deps).finally(() => (this.#opening = undefined))
    return (this.#key = await this.#opening)
  }

  /** Undefined before the association is set up. */
  async read(db: Handle = this.#deps.db): Promise<OwnActorData | undefined> {
    const row = await findAssociation(db)
    if (!row) return undefined
    const { publicKeyPem } = await this.key(db)
    const { i18n, taxonomies } = this.#deps
    const localeOf = (language: 'fr' | 'en') => (language === 'fr' && row.locale === 'fr-CA' ? 'fr-CA' : language)
    const words = (language: 'fr' | 'en') => ({ t: i18n.for(localeOf(language), row.time_zone), taxonomies })
    const eventContext = { followers: this.addresses.followers, timeZone: row.time_zone, words }
    return { row, document: documentOf(row, this.#deps.config.publicUrl, publicKeyPem), eventContext }
  }
}

function documentOf(row: AssociationRow, origin: string, publicKeyPem: string): JsonObject {
  const icon = row.logo_id
    ? { url: `${origin}/media/${row.logo_id}`, mediaType: 'image/webp', alt: row.logo_alt }
    : undefined
  return toActor({
    origin,
    kind: row.kind,
    handle: row.handle,
    name: row.name,
    mission: row.mission,
    language: row.locale === 'en' ? 'en' : 'fr',
    website: row.website,
    createdAt: row.created_at,
    publicKeyPem,
    ...(icon ? { icon } : {}),
    ...(row.kind === 'association' && !row.place_name && row.sectors.length === 0 ? {} : { terms: termsOf(row) }),
  })
}

/** As the pages of the site say it to everybody. */
function termsOf({ kind, place_code, place_name, territory, sectors, member_days, ...contact }: AssociationRow) {
  const { contact_name: name, contact_phone: phone, contact_hours: hours } = contact
  return {
    ...(place_name ? { place: { code: place_code ?? '', name: place_name } } : {}),
    ...(sectors.length > 0 && { sectors }),
    ...(kind === 'association' ? {} : { territory, contact: { name, phone, hours } }),
    ...(kind === 'association' || member_days >= NO_LIMIT ? {} : { days: member_days }),
  }
}

/** The private key is only in the returned object: no row, log or document holds it in clear. */
async function openKey(deps: Deps, db: Handle = deps.db): Promise<OwnKey> {
  const { id, keyId } = actorAddresses(deps.config.publicUrl)
  const row = (await findKey(db, id)) ?? (await makeKey(deps, db, id))
  const privateKey = createPrivateKey(deps.secrets.open(row.private_sealed, PURPOSE))
  return { keyId, privateKey, publicKeyPem: row.public_pem }
}

async function makeKey(deps: Deps, db: Handle, actorUri: string) {
  const pair = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const sealed = deps.secrets.seal(pair.privateKey, PURPOSE)
  await insertKey(db, {
    actor_uri: actorUri,
    public_pem: pair.publicKey,
    private_sealed: sealed,
    created_at: deps.clock.iso(),
  })
  const row = await findKey(db, actorUri)
  if (!row) throw new Error('our key could not be kept')
  return row
}
