// SPDX-License-Identifier: AGPL-3.0-or-later
import { record } from '../../../db/queries/events.ts'
import { findPerson, updatePerson, useTotpStep, type PersonRow } from '../../../db/queries/people.ts'
import { deleteTokensOf, insertToken, spendToken } from '../../../db/queries/tokens.ts'
import { DAY, later } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { Invalid, Refused } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { forgive, refuseTooMany, type Try } from '../../limits.ts'
import { newRecoveryCodes, newTotpSecret, readRecoveryCode, totpStep } from '../totp.ts'
import { passwordMatches } from '../passwords.ts'
import { proveOwner } from './passwords.ts'

const SEAL = 'second factor'
/** Ten years, because people keep spare codes on paper. */
const RECOVERY_LIFE = 3650 * DAY

/** The secret is not in force until a first code is confirmed. @throws Invalid at `password`. */
export async function beginSecondFactor(deps: Deps, viewer: Viewer, password: string): Promise<void> {
  const person = await proveOwner(deps, viewer, password, 'password')
  if (person.totp_confirmed_at) throw new Refused('accounts.refused.second_factor_on')
  const totp_secret = deps.secrets.seal(newTotpSecret(), SEAL)
  await transact(deps, (tx) => updatePerson(tx, person.id, { totp_secret, totp_last_step: null }))
}

/** Undefined when there is no secret, or when it is already confirmed. */
export async function findBegunSecret(deps: Deps, viewer: Viewer): Promise<string | undefined> {
  const person = await findPerson(deps.db, viewer.personId ?? '')
  if (!person?.totp_secret || person.totp_confirmed_at) return undefined
  return deps.secrets.open(person.totp_secret, SEAL)
}

/** @returns the spare codes, which are shown once. @throws Invalid at `code`. */
export async function confirmSecondFactor(deps: Deps, viewer: Viewer, code: string): Promise<string[]> {
  const secret = await findBegunSecret(deps, viewer)
  if (!secret) throw new Refused('accounts.refused.second_factor_not_begun')
  const id = viewer.personId ?? ''
  await refuseTooMany(deps, [{ limit: 'proofs of a person', of: id }])
  const step = totpStep(secret, code, deps.clock.now())
  if (step === undefined) throw new Invalid({ code: 'accounts.error.code_wrong' })
  return transact(deps, async (tx) => {
    await updatePerson(tx, id, { totp_confirmed_at: deps.clock.iso(), totp_last_step: step })
    await record(tx, { type: 'person.second_factor_on', at: deps.clock.iso(), actorId: id, subject: id })
    return replaceRecoveryCodes(tx, deps, id)
  })
}

type Proof = { password: string; code: string }

/** Whoever found an open session and the password must not take the second factor away. @throws Invalid, Refused. */
async function proveBoth(deps: Deps, viewer: Viewer, { password, code }: Proof): Promise<PersonRow> {
  const person = await findPerson(deps.db, viewer.personId ?? '')
  // One count for both: a right password must not give ten more guesses at the code.
  const tries: Try[] = [{ limit: 'proofs of a person', of: viewer.personId ?? '' }]
  await refuseTooMany(deps, tries)
  if (!(await passwordMatches(deps, person?.password_hash, password)) || !person)
    throw new Invalid({ password: 'accounts.error.password_wrong' })
  if (!person.totp_confirmed_at) throw new Refused('accounts.refused.second_factor_not_begun')
  if (!(await spendCode(deps, person, code))) throw new Invalid({ code: 'accounts.error.code_wrong' })
  await forgive(deps, tries)
  return person
}

/** The old spare codes become invalid. @throws Invalid at `password` or `code`. */
export async function renewRecoveryCodes(deps: Deps, viewer: Viewer, proof: Proof): Promise<string[]> {
  const person = await proveBoth(deps, viewer, proof)
  return transact(deps, (tx) => replaceRecoveryCodes(tx, deps, person.id))
}

/** @throws Invalid at `password` or `code`. */
export async function stopSecondFactor(deps: Deps, viewer: Viewer, proof: Proof): Promise<void> {
  const person = await proveBoth(deps, viewer, proof)
  await transact(deps, async (tx) => {
    await clearSecondFactor(tx, deps, person.id, person.id)
  })
}

/** @param byId null for the operator's command, for a person who lost telephone and spare codes. */
export async function clearSecondFactor(tx: Tx, deps: Deps, personId: string, byId: string | null): Promise<void> {
  await updatePerson(tx, personId, { totp_secret: null, totp_confirmed_at: null, totp_last_step: null })
  await deleteTokensOf(tx, personId, ['recovery'])
  await record(tx, { type: 'person.second_factor_off', at: deps.clock.iso(), actorId: byId, subject: personId })
}

/** @param typed the current code or a spare one; each is accepted only once. */
export async function checkSecondFactor(deps: Deps, person: PersonRow, typed: string): Promise<boolean> {
  const tries: Try[] = [{ limit: 'proofs of a person', of: person.id }]
  await refuseTooMany(deps, tries)
  if (!(await spendCode(deps, person, typed))) return false
  await forgive(deps, tries)
  return true
}

async function spendCode(deps: Deps, person: PersonRow, typed: string): Promise<boolean> {
  if (!person.totp_secret) return false
  const step = totpStep(deps.secrets.open(person.totp_secret, SEAL), typed, deps.clock.now())
  if (step !== undefined) return useTotpStep(deps.db, person.id, step)
  const spare = readRecoveryCode(typed)
  if (!spare) return false
  const hash = recoveryHash(deps, person.id, spare)
  return (await spendToken(deps.db, hash, 'recovery', deps.clock.iso())) !== undefined
}

async function replaceRecoveryCodes(tx: Tx, deps: Deps, personId: string): Promise<string[]> {
  const codes = newRecoveryCodes()
  const now = deps.clock.iso()
  await deleteTokensOf(tx, personId, ['recovery'])
  for (const code of codes) {
    await insertToken(tx, {
      hash: recoveryHash(deps, personId, code),
      purpose: 'recovery',
      person_id: personId,
      created_at: now,
      expires_at: later(now, RECOVERY_LIFE),
    })
  }
  return codes
}

function recoveryHash(deps: Deps, personId: string, code: string): string {
  return deps.secrets.mac(`${personId} ${readRecoveryCode(code)}`, 'recovery code')
}
