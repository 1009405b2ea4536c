// SPDX-License-Identifier: AGPL-3.0-or-later
import { countLiveAffiliations } from '../../db/queries/affiliations.ts'
import { getAssociation, updateAssociation, type AssociationRow } from '../../db/queries/association.ts'
import { record } from '../../db/queries/events.ts'
import { listHomeOfferIds } from '../../db/queries/listings.ts'
import { deleteUpload, insertUpload } from '../../db/queries/uploads.ts'
import type { Deps } from '../deps.ts'
import { keepListing } from '../public-offer/listing.ts'
import { Conflict, Forbidden, Invalid, type FieldErrors } from '../web/errors.ts'
import { transact, type Tx } from '../web/transact.ts'
import type { Viewer } from '../model/viewer.ts'
import { identifiersOf, type SettingsInput } from './forms.ts'
import { siretFitsSiren } from './legal-identifiers.ts'
import type { Logo } from './logo.ts'
import { canChangeSettings } from './policy.ts'
import { isCentre, kindObstacle, mainLanguageFits } from './rules.ts'
import { readTerritory } from './territory.ts'
import { chooseTown, type Typed } from './town.ts'

const OBSTACLES = {
  members: 'association.error.kind_members',
  centres: 'association.error.kind_centres',
  offers: 'association.error.kind_offers',
} as const

/**
 * Without a difference there is no new version and no event. `input.version` is the version that the form showed.
 * @throws Conflict when the settings changed meanwhile, Invalid, Forbidden.
 */
export async function saveSettings(deps: Deps, viewer: Viewer, input: SettingsInput): Promise<void> {
  if (!canChangeSettings(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const row = await getAssociation(tx)
    if (row.version !== input.version) throw new Conflict('association.error.changed_meanwhile')
    const faults = { ...placeFaults(deps, input, row), ...(await otherFaults(tx, deps, input, row)) }
    if (Object.keys(faults).length > 0) throw new Invalid(faults)
    const changes = toChanges(deps, input, row)
    const changed = Object.entries(changes).filter(([key, value]) => !same(row[key as keyof AssociationRow], value))
    if (changed.length === 0) return
    await updateAssociation(tx, { ...changes, updated_at: deps.clock.iso() }, row.version)
    const names = changed.map(([key]) => key)
    if (['name', 'mission', 'sectors'].some((name) => names.includes(name))) await renewHomeListings(tx, deps)
    await recordChange(tx, deps, viewer, names.toSorted().join(' '))
  })
}

/** Faults that only the list of towns shows. Needs no database. */
export function placeFaults(
  deps: Pick<Deps, 'places'>,
  typed: Typed & { kind: string; territory_more: string },
  row: AssociationRow,
): FieldErrors {
  const town = typed.place ? chooseTown(deps.places, typed, row) : undefined
  const more = isCentre(typed.kind) ? typed.territory_more : ''
  const { unknown } = readTerritory(deps.places, typed.country, more)
  return {
    ...(town && !town.ok && { place: town.reason }),
    ...(unknown.length > 0 && { territory_more: 'association.error.territory' as const }),
  }
}

async function otherFaults(
  tx: Tx,
  { taxonomies }: Deps,
  input: SettingsInput,
  row: AssociationRow,
): Promise<FieldErrors> {
  const faults: FieldErrors = {}
  if (input.sectors.some((one) => !taxonomies.has('cause', one))) faults.sectors = 'error.field.unclear'
  if (!mainLanguageFits(input.locale, input.locales)) faults.locale = 'association.error.locale_not_offered'
  if (!siretFitsSiren(identifiersOf(input))) faults.siret = 'association.error.siret_other_siren'
  const obstacle = input.kind === row.kind ? undefined : kindObstacle(input.kind, await commitments(tx))
  if (obstacle) faults.kind = OBSTACLES[obstacle]
  return faults
}

async function commitments(tx: Tx) {
  return {
    livingMembers: await countLiveAffiliations(tx, 'member'),
    livingCentres: await countLiveAffiliations(tx, 'centre'),
    offersOnline: (await listHomeOfferIds(tx)).length,
  }
}

function toChanges(deps: Deps, input: SettingsInput, row: AssociationRow) {
  const chosen = chooseTown(deps.places, input, row)
  const { codes } = readTerritory(deps.places, input.country, input.territory_more)
  return {
    kind: input.kind,
    name: input.name,
    mission: { ...(input.mission_fr && { fr: input.mission_fr }), ...(input.mission_en && { en: input.mission_en }) },
    sectors: input.sectors,
    street: input.street,
    postal_code: input.postal_code,
    country: input.country,
    ...(chosen.ok && chosen.town),
    contact_name: input.contact_name,
    contact_phone: input.contact_phone,
    contact_hours: input.contact_hours,
    contact_email: input.contact_email,
    website: input.website,
    locales: input.locales,
    locale: input.locale,
    currency: input.currency,
    time_zone: input.time_zone,
    legal_identifiers: identifiersOf(input),
    director_name: input.director_name,
    privacy_name: input.privacy_name,
    privacy_title: input.privacy_title,
    privacy_contact: input.privacy_contact,
    host_name: input.host_name,
    host_address: input.host_address,
    theme: input.theme === 'bleu' ? '' : input.theme,
    publication_days: input.publication_days,
    guardian_age: input.guardian_age,
    member_days: isCentre(input.kind) ? input.member_days : row.member_days,
    welcome: input.welcome,
    // The form of an association has no fields of a centre, so what a former centre had stays.
    territory: isCentre(input.kind) ? [...new Set([...input.territory, ...codes])] : row.territory,
  }
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** Own offers repeat the name and mission of the association in the public list and in its index. */
async function renewHomeListings(tx: Tx, deps: Deps): Promise<void> {
  for (const offerId of await listHomeOfferIds(tx)) {
    await keepListing(tx, deps, offerId)
  }
}

/** @param fields names of columns separated by spaces, without their values. */
async function recordChange(tx: Tx, deps: Deps, viewer: Viewer, fields: string): Promise<void> {
  const at = deps.clock.iso()
  await record(tx, { type: 'association.updated', at, actorId: viewer.personId, details: { fields } })
}

export async function saveLogo(deps: Deps, viewer: Viewer, alt: string, logo: Logo | undefined): Promise<void> {
  if (!canChangeSettings(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const row = await getAssociation(tx)
    if (!logo && !row.logo_id) throw new Invalid({ logo: 'association.error.logo_missing' })
    const id = logo ? deps.newId() : row.logo_id
    if (logo && id) await insertUpload(tx, { id, kind: 'logo', ...logo, created_at: deps.clock.iso() })
    await updateAssociation(tx, { logo_id: id, logo_alt: alt, updated_at: deps.clock.iso() }, row.version)
    if (logo && row.logo_id) await deleteUpload(tx, row.logo_id)
    await recordChange(tx, deps, viewer, logo ? 'logo_alt logo_id' : 'logo_alt')
  })
}

export async function removeLogo(deps: Deps, viewer: Viewer): Promise<void> {
  if (!canChangeSettings(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const row = await getAssociation(tx)
    if (!row.logo_id) return
    await updateAssociation(tx, { logo_id: null, logo_alt: '', updated_at: deps.clock.iso() }, row.version)
    await deleteUpload(tx, row.logo_id)
    await recordChange(tx, deps, viewer, 'logo_alt logo_id')
  })
}
