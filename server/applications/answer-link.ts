// SPDX-License-Identifier: AGPL-3.0-or-later
// The link in a mail to the team by which its addressee answers one application, or notes who came for one offer,
// without signing in. It is derived from
// the secret key, so it is the same in every mail to one person until their access is ended; a GET changes nothing.
import { FORGOTTEN, findApplication, type ApplicationRow } from '../../db/queries/applications.ts'
import { findGuardian, type GuardianRow } from '../../db/queries/guardians.ts'
import { findOffer, type OfferRow } from '../../db/queries/offers.ts'
import { findPerson, type PersonRow } from '../../db/queries/people.ts'
import { findToken, keepTokens } from '../../db/queries/tokens.ts'
import { DAY, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { IN_LINE, WAITING } from '../model/application.ts'
import { fullName } from '../model/person.ts'
import { viewerOf, type Viewer } from '../model/viewer.ts'
import { NotFound } from '../web/errors.ts'
import type { Handle, Tx } from '../web/transact.ts'
import { findHomeOffer, type HomeOffer } from './offer.ts'
import { mayAnswer } from './policy.ts'

const PURPOSE = 'answer'
/** Days during which the link of a mail works, unless the application is answered before. */
export const ANSWER_DAYS = 14

type Addressee = Pick<PersonRow, 'id' | 'access_version'>

/** @param subjectId of the application, or of the offer. */
export function answerTokenOf({ secrets }: Pick<Deps, 'secrets'>, subjectId: string, person: Addressee): string {
  return secrets.mac(`${subjectId} ${person.id} ${person.access_version}`, 'answer link')
}

export const answerPath = (token: string): string => `/applications/answering/${token}`
export const attendancePath = (token: string): string => `/applications/attendance/${token}`

/** @returns the address for each of them, by id; each works from now on. */
export async function keepAnswerLinks(
  tx: Tx,
  deps: Deps,
  subjectId: string,
  team: readonly Addressee[],
  path = answerPath,
): Promise<Map<string, string>> {
  const now = deps.clock.iso()
  const made = team.map((one) => ({ id: one.id, token: answerTokenOf(deps, subjectId, one) }))
  await keepTokens(
    tx,
    made.map(({ id, token }) => ({
      hash: deps.secrets.hash(token),
      purpose: PURPOSE,
      person_id: id,
      subject_id: subjectId,
      created_at: now,
      expires_at: later(now, ANSWER_DAYS * DAY),
    })),
  )
  return new Map(made.map(({ id, token }) => [id, deps.config.publicUrl + path(token)]))
}

/**
 * `viewer`: the person to whom the mail went, with the roles that they have now. `canTalk`: they may read and write
 * messages; after an acceptance only by the link of a mail that was sent since.
 */
export type Answering = {
  viewer: Viewer
  application: ApplicationRow
  offer: HomeOffer
  guardian: GuardianRow | undefined
  canTalk: boolean
}

export const isAnswered = ({ state }: ApplicationRow): boolean => ![...WAITING, ...IN_LINE].includes(state)

/**
 * Also of an application that is answered, whose page says so and nothing more.
 * @throws NotFound in the same way for a wrong link, one that is over, and one whose person may not answer any more.
 */
export async function findAnswering(db: Handle, deps: Deps, token: string): Promise<Answering> {
  const { viewer, subjectId, expiresAt } = await findAddressee(db, deps, token)
  const application = await findApplication(db, subjectId)
  const offer = application && (await findHomeOffer(db, application.offer_id))
  if (!offer || application.given_name === FORGOTTEN) throw new NotFound('applications.answering.link_over')
  const { state, decided_at } = application
  const isMailedSince = decided_at !== null && expiresAt > later(decided_at, ANSWER_DAYS * DAY)
  const canTalk = !isAnswered(application) || (state === 'accepted' && isMailedSince)
  return { viewer, application, offer, guardian: await findGuardian(db, application.id), canTalk }
}

/** Whose offer it is asked about. @throws NotFound as above. */
export async function findAttendanceLink(
  db: Handle,
  deps: Deps,
  token: string,
): Promise<{ viewer: Viewer; offer: OfferRow }> {
  const { viewer, subjectId } = await findAddressee(db, deps, token)
  const offer = await findOffer(db, subjectId)
  if (!offer) throw new NotFound('applications.answering.link_over')
  return { viewer, offer }
}

async function findAddressee(db: Handle, deps: Deps, token: string) {
  const found = await findToken(db, deps.secrets.hash(token), PURPOSE, deps.clock.iso())
  const person = found?.person_id ? await findPerson(db, found.person_id) : undefined
  const isOut = !person || person.disabled_at !== null || person.restricted_at !== null
  const viewer = isOut ? undefined : viewerOf(person.id, fullName(person), person.roles, { given: person.given })
  if (!viewer || !mayAnswer(viewer)) throw new NotFound('applications.answering.link_over')
  return { viewer, subjectId: found?.subject_id ?? '', expiresAt: found?.expires_at ?? '' }
}
