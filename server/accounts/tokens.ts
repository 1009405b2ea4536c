// SPDX-License-Identifier: AGPL-3.0-or-later
// One-time secrets of mailed links. Only their hash is stored.
import { deleteOldTries } from '../../db/queries/throttle.ts'
import {
  deleteExpiredTokens,
  deleteTokensOf,
  findToken,
  insertToken,
  spendToken,
  type TokenRow,
} from '../../db/queries/tokens.ts'
import { DAY, HOUR, MINUTE, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import type { Handle, Tx } from '../web/transact.ts'

const LIVES = {
  /** Signs in everybody of one mailbox (content.mailbox) or one person. */
  'sign-in': 15 * MINUTE,
  password: HOUR,
  /** An invitation. */
  welcome: 14 * DAY,
  /** Proves the new address of a person (content.email). */
  email: DAY,
  /** Creates the association and its first administrator. */
  setup: HOUR,
} as const
export type Purpose = keyof typeof LIVES

type Holder = { personId?: string; content?: Record<string, string> }

/** Makes a secret of 256 bits and stores its hash. Returns the secret for the link. */
export async function issueToken(tx: Tx, deps: Deps, purpose: Purpose, holder: Holder = {}): Promise<string> {
  const token = deps.secrets.token()
  const now = deps.clock.iso()
  await insertToken(tx, {
    hash: deps.secrets.hash(token),
    purpose,
    person_id: holder.personId ?? null,
    ...(holder.content && { content: holder.content }),
    created_at: now,
    expires_at: later(now, LIVES[purpose]),
  })
  return token
}

/** Reads a token without using it, as a GET must. Undefined when it is unknown, over or used. */
export function lookAtToken(db: Handle, deps: Deps, purpose: Purpose, token: string): Promise<TokenRow | undefined> {
  return findToken(db, deps.secrets.hash(token), purpose, deps.clock.iso())
}

/** Uses a token, in the transaction of the change it allows. */
export function takeToken(tx: Tx, deps: Deps, purpose: Purpose, token: string): Promise<TokenRow | undefined> {
  return spendToken(tx, deps.secrets.hash(token), purpose, deps.clock.iso())
}

/** Makes all links that were mailed to this person invalid. */
export function cancelLinks(tx: Tx, personId: string, purposes: readonly Purpose[]): Promise<void> {
  return deleteTokensOf(tx, personId, purposes)
}

/** Job: deletes tokens and counted tries one day after their end. */
export async function forgetOldSecrets(deps: Deps): Promise<void> {
  const now = deps.clock.iso()
  await deleteExpiredTokens(deps.db, later(now, -DAY))
  await deleteOldTries(deps.db, now)
}
