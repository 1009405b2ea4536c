// SPDX-License-Identifier: AGPL-3.0-or-later
import { findAssociation, findTimeZone, insertAssociation } from '../../../db/queries/association.ts'
import { insertConsent } from '../../../db/queries/consents.ts'
import { record } from '../../../db/queries/events.ts'
import { findPerson, grantRole, insertPerson, nextMemberNumber, type PersonRow } from '../../../db/queries/people.ts'
import { AS_TYPED, freePlace } from '../../../db/reference/free-place.ts'
import type { Place } from '../../../db/reference/places.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { addDefaultCategories } from '../../hours/defaults.ts'
import { Invalid, NotFound, type FieldErrors } from '../../web/errors.ts'
import { fullName } from '../../model/person.ts'
import { emailKey } from '../../web/fields.ts'
import type { Locale } from '../../text/i18n.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { Role } from '../../model/viewer.ts'
import { passwordFault } from '../password-rules.ts'
import { hashPassword } from '../passwords.ts'
import { proposeHandle, settingsOf } from '../rules.ts'
import { lookAtToken, takeToken } from '../tokens.ts'

export type SetUp = {
  kind: 'association' | 'centre' | 'both'
  name: string
  /** Empty: made from the name. */
  handle: string
  country: 'FR' | 'CA'
  place: string
  /** Code of a place picked among suggestions; empty when none was shown. */
  place_code: string
  locale: Locale
  given_name: string
  family_name: string
  email: string
  /** Name and address of the administrator become the public contact of the association. */
  publish: boolean
  password: string
}

type Wording = { text: string; locale: string }

/** @returns the values that fill in the form; undefined when the set-up is done or the link has expired. */
export async function maySetUp(deps: Deps, token: string): Promise<Record<string, string> | undefined> {
  if (await findAssociation(deps.db)) return undefined
  return (await lookAtToken(deps.db, deps, 'setup', token))?.content
}

/**
 * @param wording what stood beside the box `publish`, kept as the proof of a consent.
 * @throws NotFound when the link has expired; Invalid for an unclear place or a weak password.
 */
export async function setUp(deps: Deps, token: string, input: SetUp, wording: Wording): Promise<PersonRow> {
  if (!(await maySetUp(deps, token))) throw new NotFound('accounts.link_over.text')
  const place = findPlace(deps, input)
  const faults = setUpFaults(deps, input)
  if (!place || Object.keys(faults).length > 0) throw new Invalid(faults)
  const hash = await hashPassword(deps, input.password)
  return transact(deps, async (tx) => {
    const taken = (await findAssociation(tx)) ? undefined : await takeToken(tx, deps, 'setup', token)
    if (!taken) throw new NotFound('accounts.link_over.text')
    await insertFirstAssociation(tx, deps, input, place)
    const person = await insertFirstPerson(tx, deps, input, hash)
    if (input.publish) await keepConsent(tx, deps, person, wording)
    await addDefaultCategories(tx, deps)
    const fact = { at: deps.clock.iso(), actorId: person.id }
    await record(tx, { ...fact, type: 'association.created' })
    await record(tx, { ...fact, type: 'person.joined', subject: person.id })
    return person
  })
}

async function keepConsent(tx: Tx, deps: Deps, person: PersonRow, { text, locale }: Wording): Promise<void> {
  const at = deps.clock.iso()
  const published = { name: fullName(person), email: person.email }
  const given = { kind: 'contact', wording: text, locale, way: 'set_up', published } as const
  await insertConsent(tx, { id: deps.newId(), person_id: person.id, ...given, given_at: at, withdrawn_at: null })
  const details = { kind: 'contact' }
  await record(tx, { type: 'consent.given', at, actorId: person.id, subject: person.id, details })
}

type Checked = Pick<SetUp, 'place' | 'place_code' | 'country' | 'password'>
type Own = Pick<SetUp, 'given_name' | 'family_name' | 'email' | 'name'>

/** What the form itself cannot know; for a form that has other faults too, so that all are shown at once. */
export function setUpFaults(deps: Deps, input: Checked & Partial<Own>): FieldErrors {
  const { given_name = '', family_name = '', email = '', name = '' } = input
  const weak = input.password === '' ? undefined : passwordFault(input.password, [given_name, family_name, email, name])
  return {
    ...(input.place !== '' && !findPlace(deps, input) && { place: 'accounts.error.place_unclear' as const }),
    ...(weak && { password: weak }),
  }
}

/** `code` is null for a town that is in no list. */
type FoundPlace = Pick<Place, 'name' | 'region' | 'country'> & {
  code: string | null
  latitude: number | null
  longitude: number | null
}

function findPlace({ places }: Deps, input: Pick<SetUp, 'place' | 'place_code' | 'country'>): FoundPlace | undefined {
  const { place: typed, place_code, country } = input
  const picked = suggestPlaces({ places }, input).find((place) => place.code === place_code)
  const known = picked ?? places.resolve(typed, { country })
  if (known) return known
  const free = freePlace(places, typed, country)
  if (!free || (!free.around && place_code !== AS_TYPED)) return undefined
  const { region = '', latitude = null, longitude = null } = free.around ?? {}
  return { code: null, name: free.name, region, country, latitude, longitude }
}

export function suggestPlaces(deps: Pick<Deps, 'places'>, input: Pick<SetUp, 'place' | 'country'>): Place[] {
  return deps.places.search(input.place, { country: input.country, limit: 6 })
}

async function insertFirstAssociation(tx: Tx, deps: Deps, input: SetUp, place: FoundPlace): Promise<void> {
  const now = deps.clock.iso()
  const offered: Locale[] = place.country === 'CA' ? ['fr-CA', 'en'] : ['fr', 'en']
  await insertAssociation(tx, {
    kind: input.kind,
    handle: input.handle || proposeHandle(input.name).handle,
    name: input.name,
    place_code: place.code,
    place_name: place.name,
    region: place.region || null,
    country: place.country,
    latitude: place.latitude,
    longitude: place.longitude,
    // Public: strictest by default (Québec, Loi 25, art. 9.1).
    contact_name: input.publish ? `${input.given_name} ${input.family_name}`.trim() : '',
    contact_email: input.publish ? input.email : '',
    locale: input.locale,
    locales: [...new Set<Locale>([input.locale, ...offered])],
    ...settingsOf(place),
    created_at: now,
    updated_at: now,
  })
}

async function insertFirstPerson(tx: Tx, deps: Deps, input: SetUp, hash: string): Promise<PersonRow> {
  const now = deps.clock.iso()
  const id = deps.newId()
  const { given_name, family_name, email, locale } = input
  const zone = await findTimeZone(tx)
  await insertPerson(tx, {
    id,
    member_number: await nextMemberNumber(tx),
    given_name,
    family_name,
    email,
    email_key: emailKey(email),
    locale,
    password_hash: hash,
    password_set_at: now,
    joined_on: dateIn(zone, deps.clock.now()),
    created_at: now,
    updated_at: now,
  })
  const roles: Role[] = [
    'administrator',
    'coordinator',
    ...(input.kind === 'association' ? [] : (['moderator'] as const)),
  ]
  for (const role of roles) await grantRole(tx, id, role, now, null)
  return (await findPerson(tx, id))!
}
