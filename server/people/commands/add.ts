// SPDX-License-Identifier: AGPL-3.0-or-later
import { nameKey } from '../../../db/plain.ts'
import {
  findPerson,
  grantRole,
  insertPerson,
  listPeopleByEmail,
  nextMemberNumber,
  type PersonRow,
} from '../../../db/queries/people.ts'
import { linkEnquiries } from '../../../db/queries/enquiries.ts'
import { record } from '../../../db/queries/events.ts'
import { findTimeZone, getAssociation } from '../../../db/queries/association.ts'
import { mailInvitation } from '../../accounts/mails.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { fullName } from '../../model/person.ts'
import { Invalid } from '../../web/errors.ts'
import { emailKey } from '../../web/fields.ts'
import type { Tx } from '../../web/transact.ts'
import type { Role } from '../../model/viewer.ts'

export type NewPerson = {
  given_name: string
  family_name: string
  email: string
  phone: string
  locale: string
}

type Named = Pick<NewPerson, 'given_name' | 'family_name' | 'email'>
/** Whoever is asked whether it is the same person says which: that person’s id, or this. */
export const SOMEBODY_ELSE = 'other'

/**
 * An active person with this mailbox and name, its words in any order, gets the role; anybody else becomes a new person, whose invitation
 * is in the mail that tells them of their place. A disabled account is never opened again this way.
 * @param who what was answered when somebody of a similar name has this mailbox; '' before it was asked.
 * @returns the person's id. @throws Invalid at `who` when that is to be asked.
 */
export async function becomeVolunteer(
  tx: Tx,
  deps: Deps,
  input: NewPerson,
  { byId = null, who = '' }: { byId?: string | null; who?: string } = {},
) {
  const known = (await findKnown(tx, input)) ?? (await askWho(tx, input, who))
  if (!known) return insertInvited(tx, deps, input, ['volunteer'], byId)
  if (!known.roles.includes('volunteer')) {
    await grantRole(tx, known.id, 'volunteer', deps.clock.iso(), byId)
    const fact = { type: 'person.roles_changed' as const, at: deps.clock.iso(), actorId: byId, subject: known.id }
    await record(tx, { ...fact, details: { added: 'volunteer' } })
  }
  return known.id
}

/** An active person of the same mailbox and name; accents and capitals do not count. */
export const findNamesake = async (tx: Tx, input: Named) => namesakeAmong(await listActive(tx, input), input)

/** An active person of the same mailbox and name, its words in any order. */
export async function findKnown(tx: Tx, input: Named) {
  const people = await listActive(tx, input)
  return namesakeAmong(people, input) ?? people.find((one) => hasSameWords(one, input))
}

const listActive = async (tx: Tx, { email }: Named) =>
  (await listPeopleByEmail(tx, emailKey(email))).filter((one) => !one.disabled_at)

function namesakeAmong(people: readonly PersonRow[], input: Named): PersonRow | undefined {
  const name = nameKey(input.family_name, input.given_name)
  return people.find((one) => nameKey(one.family_name, one.given_name) === name)
}

const wordsOf = (one: Names) => nameKey(one.family_name, one.given_name).split(' ').toSorted()

/** « Chloé Tremblay » and « TREMBLAY Chloe ». */
export const hasSameWords = (one: Names, other: Names): boolean => wordsOf(one).join(' ') === wordsOf(other).join(' ')

type Names = Pick<NewPerson, 'given_name' | 'family_name'>
/** Characters of a short form: « Chlo » for « Chloé ». */
const SHORT = 3

/** « Chloé Tremblay » and « Tremblay-Roy Chlo »: each word of one begins a word of the other, or the other way round. */
export function isSimilar(one: Names, other: Names): boolean {
  const [few, many] = [wordsOf(one), wordsOf(other)].toSorted((a, b) => a.length - b.length)
  const begins = (a: string, b: string) => a === b || (a.length >= SHORT && b.startsWith(a))
  return few!.every((word) => many!.some((known) => begins(word, known) || begins(known, word)))
}

/**
 * Of one mailbox and a similar name may be the same person, or a parent and a child.
 * @returns the person that was chosen; undefined for somebody else. @throws Invalid at `who` when nothing was chosen.
 */
export async function askWho(tx: Tx, input: Named, who: string): Promise<PersonRow | undefined> {
  if (who === SOMEBODY_ELSE) return undefined
  const people = await listPeopleByEmail(tx, emailKey(input.email))
  const similar = people.filter((one) => !one.disabled_at && isSimilar(one, input))
  const chosen = similar.find(({ id }) => id === who)
  if (chosen || similar.length === 0) return chosen
  const [{ id, member_number: number, ...names }] = similar as [PersonRow]
  throw new Invalid({
    who: { key: 'people.error.resembles', params: { id, number: String(number), name: fullName(names) } },
  })
}

/** Mails an invitation when there is an address. @returns the id. */
export async function addPerson(tx: Tx, deps: Deps, input: NewPerson, roles: readonly Role[], byId: string | null) {
  const id = await insertInvited(tx, deps, input, roles, byId)
  const person = input.email ? await findPerson(tx, id) : undefined
  if (person) await mailInvitation(tx, deps, person)
  return id
}

/** From the file of another tool: nobody is written to, and nobody has an account before they are invited. */
export type KnownMember = Omit<NewPerson, 'locale'> & { joined_on: string | null }

/** @returns their ids, in the same order. What happened is an event of the whole file. */
export async function addKnownMembers(
  tx: Tx,
  deps: Deps,
  members: readonly KnownMember[],
  byId: string | null,
): Promise<string[]> {
  const now = deps.clock.iso()
  const { locale, time_zone } = await getAssociation(tx)
  const today = dateIn(time_zone, deps.clock.now())
  const ids: string[] = []
  for (const { given_name, family_name, email, phone, joined_on } of members) {
    const person = {
      id: deps.newId(),
      member_number: await nextMemberNumber(tx),
      given_name,
      family_name,
      email,
      phone,
      locale,
      email_key: emailKey(email),
      joined_on: joined_on !== null && joined_on < today ? joined_on : today,
      created_at: now,
      updated_at: now,
    }
    await insertPerson(tx, person)
    if (email) await linkEnquiries(tx, person)
    await grantRole(tx, person.id, 'volunteer', now, byId)
    ids.push(person.id)
  }
  return ids
}

async function insertInvited(tx: Tx, deps: Deps, input: NewPerson, roles: readonly Role[], byId: string | null) {
  const now = deps.clock.iso()
  const zone = await findTimeZone(tx)
  const person = {
    id: deps.newId(),
    member_number: await nextMemberNumber(tx),
    ...input,
    email_key: emailKey(input.email),
    invited_at: input.email ? now : null,
    joined_on: dateIn(zone, deps.clock.now()),
    created_at: now,
    updated_at: now,
  }
  await insertPerson(tx, person)
  await linkEnquiries(tx, person)
  for (const role of roles) await grantRole(tx, person.id, role, now, byId)
  await record(tx, {
    type: person.email ? 'person.invited' : 'person.added',
    at: now,
    actorId: byId,
    subject: person.id,
  })
  return person.id
}
