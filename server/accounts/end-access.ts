// SPDX-License-Identifier: AGPL-3.0-or-later
// What ends access is this one function, whatever the cause: no list of sessions or links is kept elsewhere.
import { findPerson, raiseAccessVersion, updatePerson } from '../../db/queries/people.ts'
import { deleteSessionsOf, keepSession } from '../../db/queries/sessions.ts'
import { deleteTokensButFor, moveTokens } from '../../db/queries/tokens.ts'
import type { Tx } from '../web/transact.ts'

/** Spare codes count beside a password or a link only, and people keep them on paper. */
const SPARE_CODES = 'recovery'

/**
 * Ends every session, half-made sign-in, mailed link and unfinished second factor that was made for the person until
 * now. Rows go away; a sign-in under way in another request, or a link for a whole mailbox, ends too, because it carries
 * the number of before (`people.access_version`). Not an instant: clocks jump, and two things happen in one millisecond.
 * @param options.keep hash of a session that goes on.
 */
export async function endAccess(tx: Tx, personId: string, { keep }: { keep?: string | undefined } = {}): Promise<void> {
  const version = await raiseAccessVersion(tx, personId)
  await deleteSessionsOf(tx, personId, keep)
  if (keep) await keepSession(tx, keep, version)
  await deleteTokensButFor(tx, personId, [SPARE_CODES])
  await moveTokens(tx, personId, SPARE_CODES, version)
  const person = await findPerson(tx, personId)
  if (person?.totp_secret && !person.totp_confirmed_at) await updatePerson(tx, personId, { totp_secret: null })
}
