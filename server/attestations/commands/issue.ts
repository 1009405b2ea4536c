// SPDX-License-Identifier: AGPL-3.0-or-later
import { findFact, getAssociation, saveFact } from '../../../db/queries/association.ts'
import * as attestations from '../../../db/queries/attestations.ts'
import { record } from '../../../db/queries/events.ts'
import { findPerson } from '../../../db/queries/people.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { fullName } from '../../model/person.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden, Invalid, NotFound, Refused } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { ensureKey } from '../credential.ts'
import type { AttestationInput } from '../forms.ts'
import { mayAttest } from '../policy.ts'

const LAST_NUMBER = 'last attestation number'

/** Numbers are never reused, also after somebody was erased. */
async function nextNumber(tx: Tx): Promise<number> {
  const number = Number((await findFact(tx, LAST_NUMBER)) ?? 0) + 1
  await saveFact(tx, LAST_NUMBER, String(number))
  return number
}

/**
 * Writes down what somebody gave: approved hours only, and skills that the person wrote and the coordinator confirms.
 * The same form sent twice makes one.
 * @returns its id. @throws Forbidden, NotFound; Refused without approved hours then; Invalid.
 */
export async function issueAttestation(
  deps: Deps,
  viewer: Viewer,
  personId: string,
  input: AttestationInput,
  sent?: SentForm,
): Promise<string> {
  if (!mayAttest(viewer)) throw new Forbidden()
  await ensureKey(deps)
  return transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      const person = await findPerson(tx, personId)
      if (!person) throw new NotFound()
      if (person.restricted_at) throw new Refused('attestations.refused.restricted')
      const { time_zone } = await getAssociation(tx)
      const today = dateIn(time_zone, deps.clock.now())
      if (input.until > today) throw new Invalid({ until: 'attestations.error.future' })
      const functions = await attestations.sumFunctionsOf(tx, personId, input)
      if (functions.length === 0) throw new Invalid({ from: 'attestations.error.no_hours' })
      const own = new Set(await attestations.findSkills(tx, personId))
      if (input.skills.some((skill) => !own.has(skill))) throw new Invalid({ skills: 'attestations.error.skills_gone' })
      const isSchool = input.kind === 'school'
      const id = deps.newId()
      const now = deps.clock.iso()
      await attestations.insertAttestation(tx, {
        id,
        number: await nextNumber(tx),
        code: deps.secrets.token().slice(0, 24),
        person_id: personId,
        kind: input.kind,
        locale: input.language,
        person_name: fullName(person),
        from_day: input.from,
        until_day: input.until,
        functions,
        skills: input.skills,
        school: isSchool ? input.school : '',
        guardian_name: isSchool ? input.guardian_name : '',
        guardian_agreed_on: isSchool ? input.guardian_agreed_on : null,
        signatory: input.signatory,
        signatory_role: input.signatory_role,
        place: input.place,
        issued_on: today,
        created_at: now,
        created_by: viewer.personId,
      })
      await record(tx, { type: 'attestation.issued', at: now, actorId: viewer.personId, subject: personId })
      return id
    }),
  )
}

/** It then says so to whoever verifies it. Pressed twice, it is withdrawn once. @throws Forbidden, NotFound. */
export async function withdrawAttestation(deps: Deps, viewer: Viewer, id: string): Promise<string> {
  if (!mayAttest(viewer)) throw new Forbidden()
  return transact(deps, async (tx) => {
    const found = await attestations.findAttestation(tx, id)
    if (!found) throw new NotFound()
    const now = deps.clock.iso()
    if (await attestations.revokeAttestation(tx, id, now))
      await record(tx, { type: 'attestation.withdrawn', at: now, actorId: viewer.personId, subject: found.person_id })
    return found.person_id
  })
}

/** What the person writes of what they can do; a coordinator confirms some of it in an attestation. */
export async function writeSkills(deps: Deps, viewer: Viewer, skills: string[]): Promise<void> {
  const { personId } = viewer
  if (personId === null) throw new Forbidden()
  await transact(deps, (tx) => attestations.saveSkills(tx, personId, skills, deps.clock.iso()))
}
