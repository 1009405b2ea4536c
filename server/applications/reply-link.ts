// SPDX-License-Identifier: AGPL-3.0-or-later
// The token in the address to which a mail about an application is answered. It says which application and whose answer,
// opens nothing, and is derived from the secret key, so it is the same in every mail. It ends when the personal data of
// the application is deleted.
import { FORGOTTEN, REPLY, findApplication, type ApplicationRow } from '../../db/queries/applications.ts'
import { findOffer, type OfferRow } from '../../db/queries/offers.ts'
import { findPerson, type PersonRow } from '../../db/queries/people.ts'
import { findToken, keepTokens } from '../../db/queries/tokens.ts'
import type { Deps } from '../deps.ts'
import { TOKEN_LENGTH, replyAddress } from '../mail/reply-address.ts'
import { fullName } from '../model/person.ts'
import { viewerOf } from '../model/viewer.ts'
import type { Handle, Tx } from '../web/transact.ts'
import { FAR } from './link.ts'
import { mayAnswer } from './policy.ts'

type Member = Pick<PersonRow, 'id' | 'access_version'>

/** @param member of the team; null for the person who applied. */
function tokenOf({ secrets }: Deps, applicationId: string, member: Member | null): string {
  const who = member ? ` ${member.id} ${member.access_version}` : ''
  const mac = secrets.mac(applicationId + who, 'reply address')
  return Buffer.from(mac, 'base64url').toString('hex').slice(0, TOKEN_LENGTH)
}

/** @returns the address of each; '' when nothing receives mail. */
export async function keepReplyAddresses<M extends Member | null>(
  tx: Tx,
  deps: Deps,
  applicationId: string,
  whose: readonly M[],
): Promise<string[]> {
  if (!deps.config.mailReplies) return whose.map(() => '')
  const made = whose.map((member) => ({ member, token: tokenOf(deps, applicationId, member) }))
  await keepTokens(
    tx,
    made.map(({ member, token }) => ({
      hash: deps.secrets.hash(token),
      purpose: REPLY,
      subject_id: applicationId,
      // Not as the person of the token: once their access has ended, they are told that nothing was taken.
      content: member ? { person: member.id, access: String(member.access_version) } : {},
      created_at: deps.clock.iso(),
      expires_at: FAR,
    })),
  )
  return made.map(({ token }) => replyAddress(deps.config, token))
}

/** `isOut`: the member of the team may not answer any more, or not by this address. */
export type Answerer = { application: ApplicationRow; offer: OfferRow } & (
  { side: 'person' } | { side: 'team'; member: PersonRow; isOut: boolean }
)

/** Undefined for an unknown token, and for one that is over. */
export async function findAnswerer(db: Handle, deps: Deps, token: string): Promise<Answerer | undefined> {
  const found = await findToken(db, deps.secrets.hash(token), REPLY, deps.clock.iso())
  const application = found?.subject_id ? await findApplication(db, found.subject_id) : undefined
  const offer = application && (await findOffer(db, application.offer_id))
  if (!found || !offer || application.given_name === FORGOTTEN) return undefined
  const { person, access } = found.content
  if (!person) return { side: 'person', application, offer }
  const member = await findPerson(db, person)
  if (!member) return undefined
  const { disabled_at, restricted_at, access_version } = member
  const isHere = disabled_at === null && restricted_at === null && String(access_version) === access
  const isOut = !isHere || !mayAnswer(viewerOf(member.id, fullName(member), member.roles, { given: member.given }))
  return { side: 'team', application, offer, member, isOut }
}
