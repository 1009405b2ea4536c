// SPDX-License-Identifier: AGPL-3.0-or-later
// A form that creates something may arrive twice: pressed twice, sent again by Back, or tried again by a bad connection.
import { createHash } from 'node:crypto'
import type { Request } from 'express'
import { deleteToken, findToken, insertToken } from '../../db/queries/tokens.ts'
import { DAY, later, SECOND } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { typedValues } from './forms.ts'
import type { Tx } from './transact.ts'

/** A form as it was sent: by whom, under which key of its page ('' without one), and what was in it. */
export type SentForm = { personId: string | null; key: string; content: string }

const PURPOSE = 'form'
/** A page stays open this long; a form without a key is the same one for as long as a second click may take. */
const LIFE = { withKey: 2 * DAY, without: 10 * SECOND }

export function sentForm(req: Request): SentForm {
  const { form_id, _csrf, ...values } = typedValues(req.body)
  const content = JSON.stringify([req.path, ...Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1))])
  return { personId: req.viewer.personId, key: typeof form_id === 'string' ? form_id.slice(0, 64) : '', content }
}

/**
 * Calls `make` once for the same form of the same person with the same content. Other content under the same key is
 * another thing, so that no page ever reports something that was not stored.
 * @param make returns the id of what it created. @returns the id that was created the first time.
 */
export async function makeOnce(
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  sent: SentForm | undefined,
  make: () => Promise<string>,
): Promise<string> {
  if (!sent) return make()
  const now = deps.clock.iso()
  const hash = createHash('sha256')
    .update(JSON.stringify([PURPOSE, sent]))
    .digest('hex')
  const known = await findToken(tx, hash, PURPOSE, now)
  if (known?.subject_id) return known.subject_id
  const id = await make()
  await deleteToken(tx, hash)
  const expires_at = later(now, sent.key === '' ? LIFE.without : LIFE.withKey)
  await insertToken(tx, {
    hash,
    purpose: PURPOSE,
    person_id: sent.personId,
    subject_id: id,
    created_at: now,
    expires_at,
  })
  return id
}
